"""A Korean search library: text, tokens, fields, queries, engines and builds.

Knows nothing of posts, SQL or Flask. ``index.analysis.korean`` alone imports kiwipiepy, each
``index.engines.*_engine`` alone imports its engine's library.
"""
