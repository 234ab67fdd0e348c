"""The voter file: who may vote, where, since when, and how often they did.

===============  ==============================================================
folder           holds
===============  ==============================================================
``layouts``      one TOML per source and period: how its files are laid out
``reading``      bytes of any such file to blocks of text columns, bad rows apart
``canonical``    blocks of text columns to voters, identities, history, contacts
``synthetic``    electorates that are not real, with the truth behind them
``linkage``      the same person in files that share no id
===============  ==============================================================
"""
