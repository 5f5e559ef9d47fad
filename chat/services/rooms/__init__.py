"""Rooms: who and what is in one, invitations, roles, the cast. What is said in one is the business of turns."""
