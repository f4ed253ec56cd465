"""Reports: the paper's figures and ours, from published traces, sweeps and single recordings.

Every source becomes rows, one for each session (`rows.SessionRow`); figures, laws, advice and
comparisons are functions of rows and know no source. Only `published` and parquet files need the
extra `analysis`.
"""
