//! What people mean by what they type: [`question`] reads questions.

mod facets;
mod numbers;
mod ordinals;
pub mod question;
