//! The rules, case by case and by properties, over the real data files.

#[cfg(test)]
mod data;
#[cfg(test)]
mod deadline;
#[cfg(test)]
mod display;
#[cfg(test)]
mod findings;
#[cfg(test)]
mod form;
#[cfg(test)]
mod identifiers;
#[cfg(test)]
mod names;
#[cfg(test)]
mod normalise;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod sample;
#[cfg(test)]
mod tariff;
