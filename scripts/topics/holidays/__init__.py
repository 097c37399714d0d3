"""Holidays: on which days are the offices closed?"""
