"""The organisation's policies: documents, versions, approval."""
