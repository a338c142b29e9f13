//! From a text to settings, or to problems that help.
//!
//! The modules are marked as tests, so that the lints against panics leave their shared functions alone.

#[cfg(test)]
mod next_auth;
#[cfg(test)]
mod overlay;
#[cfg(test)]
mod problems_of_apis;
#[cfg(test)]
mod problems_of_next_auth;
#[cfg(test)]
mod problems_of_pages;
#[cfg(test)]
mod problems_of_providers;
#[cfg(test)]
mod problems_of_sections;
#[cfg(test)]
mod problems_of_sign_in;
#[cfg(test)]
mod problems_of_steps;
#[cfg(test)]
mod problems_together;
#[cfg(test)]
mod providers;
#[cfg(test)]
mod secrecy;
#[cfg(test)]
mod settings;
#[cfg(test)]
mod sign_in;
#[cfg(test)]
mod support;
