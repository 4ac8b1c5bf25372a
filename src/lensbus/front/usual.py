"""What is taken where nobody names another; read before all else."""

USUAL_LENS = "panasonic_s_20_60"
