"""/s/<key>: the pages in the iframe, without cookies, working without JavaScript."""
