"""The demonstration: a made-up social platform, built by the product's own commands."""
