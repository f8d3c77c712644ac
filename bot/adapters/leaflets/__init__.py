"""Sheets of paper as accessible PDFs (PDF/UA-1), typeset by Typst with Noto Sans, without a network."""
