"""What an editor of SQL needs, whatever it looks like: statements, completion, answers, charts."""
