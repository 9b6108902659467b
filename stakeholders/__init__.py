"""Who is affected and who asks: roster, affected parties, import, sealing; inquiries."""
