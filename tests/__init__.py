"""What no single room owns: lifecycle, determinism, conformance, tools."""
