"""The register of risks, assumptions, issues and dependencies."""
