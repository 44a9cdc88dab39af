"""The knowledge base: sources of posts, extraction, the store, search, the command line. No Flask."""
