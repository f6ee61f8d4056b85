"""Health with its reasons; portfolio, programme and project pages."""
