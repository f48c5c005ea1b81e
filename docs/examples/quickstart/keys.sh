SYNQRO=https://synqro.example
PUBLISHABLE_KEY=sf_test_YOUR_KEY
SECRET_KEY=sk_test_YOUR_KEY
