synqro key create --store st_YOUR_STORE --scopes orders:read,webhooks:write --json
