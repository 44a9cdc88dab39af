"""A Korean search library: text, tokens, fields, queries, engines and builds.

Knows nothing of posts, SQL or Flask. ``index.analysis.korean`` alone imports kiwipiepy, an
engine's own modules in ``index.engines`` alone import its library.
"""
