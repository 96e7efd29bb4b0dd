//! What becomes of link sessions and connections.
