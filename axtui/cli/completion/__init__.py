"""Completion by the TAB key: what can stand where, told to bash, zsh and fish."""
