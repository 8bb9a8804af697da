"""provisions"""
