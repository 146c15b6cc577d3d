from kursk_claims.cli.main import main

main()
