from kursk_claims.cli import main

main()
