#!/bin/sh
# Checks one delivery by hand: sh verify.sh ID TIMESTAMP SIGNATURES < body.json
# For your eyes only: a shell compares in no constant time, so let no server decide by it.
key=$(printf %s "${SYNQRO_WEBHOOK_SECRET#whsec_}" | openssl base64 -d -A | od -An -v -tx1 | tr -d ' \n')
expected=$({ printf '%s.%s.' "$1" "$2"; cat; } |
  openssl dgst -sha256 -mac HMAC -macopt "hexkey:$key" -binary | openssl base64 -A)
age=$(($(date +%s) - $2))
case " $3 " in
  *" v1,$expected "*) ;;
  *) echo "The signature is not good."; exit 1 ;;
esac
if [ "${age#-}" -gt 300 ]; then echo "Good, but $age seconds old."; exit 1; fi
echo "Good."
