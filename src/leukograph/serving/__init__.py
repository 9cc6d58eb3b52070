"""The verb `serve`: the site and a SPARQL endpoint over HTTP, with every query in a process that can be killed."""
