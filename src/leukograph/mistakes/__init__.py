"""What is wrong with a SPARQL query, in one plain sentence with its place; asked only where the engine refused one."""
