//! The whole interface: how every screen looks, hostile text, and a long walk of random keys.

mod fuzz;
mod hostile;
mod looks;
