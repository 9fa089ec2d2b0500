"""THE CONSOLE: the pages on which an owner reads what waits, says yes or no, and sees what became of it.

One blueprint (`console.py`), one guard at its door (`guard.py`): a page that is not named there needs a whole log-in.
Pages are templates that work without any script. Each POST reads its form, calls one step, and answers.
"""
