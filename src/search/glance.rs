//! Which numbers are in a set, at a glance: enough to pass over most of those that are not.

/// A place for each number of a set, by its lowest ten bits. A byte each and no bit: looking is what is done most.
#[derive(Clone, Debug)]
pub(super) struct Glance([bool; 1024]);

impl Default for Glance {
    fn default() -> Self {
        Self([false; 1024])
    }
}

impl Glance {
    /// Adds a number.
    pub(super) fn add(&mut self, number: u32) {
        self.0[place(number)] = true;
    }

    /// Whether the number may be in the set: it is, or one with the same lowest bits.
    pub(super) fn may_hold(&self, number: u32) -> bool {
        self.0[place(number)]
    }
}

fn place(number: u32) -> usize {
    number as usize & 1023
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_was_added_may_be_there_and_nothing_else_with_other_lowest_bits(added: Vec<u32>, other: u32) {
            let mut glance = Glance::default();
            added.iter().for_each(|number| glance.add(*number));
            prop_assert!(added.iter().all(|number| glance.may_hold(*number)));
            prop_assert_eq!(glance.may_hold(other), added.iter().any(|number| number & 1023 == other & 1023));
        }
    }
}
