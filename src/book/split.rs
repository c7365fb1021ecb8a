//! Dividing an amount so that the parts add up to it, to the minor unit: the rule of the largest remainder.

use super::money::Money;
use super::refusal::Refusal;

/// Divides `amount` in proportion to `weights`. Each part is first rounded down; the units left over go one by one to the
/// parts with the largest remainders, the earlier part first among equals. Weights that are all zero count as equal.
///
/// # Errors
/// [`Refusal::AmountTooLarge`] on overflow.
pub fn by_largest_remainder(amount: Money, weights: &[i64]) -> Result<Vec<Money>, Refusal> {
    let too_large = || Refusal::AmountTooLarge { currency: amount.currency() };
    let equal = vec![1; weights.len()];
    let weights = if weights.iter().all(|&weight| weight == 0) { &equal } else { weights };
    let whole: i128 = weights.iter().map(|&weight| i128::from(weight)).sum();
    let mut parts = Vec::with_capacity(weights.len());
    let mut remainders = Vec::with_capacity(weights.len());
    for (place, &weight) in weights.iter().enumerate() {
        let product = i128::from(amount.minor()).checked_mul(i128::from(weight)).ok_or_else(too_large)?;
        parts.push(i64::try_from(product.div_euclid(whole)).map_err(|_| too_large())?);
        remainders.push((product.rem_euclid(whole), place));
    }
    let left = amount.minor() - parts.iter().sum::<i64>();
    remainders.sort_by_key(|&(remainder, place)| (std::cmp::Reverse(remainder), place));
    for &(_, place) in remainders.iter().take(usize::try_from(left).unwrap_or(0)) {
        parts[place] += 1;
    }
    Ok(parts.into_iter().map(|minor| Money::new(minor, amount.currency())).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::book::currency::Currency;

    #[test]
    fn parts_add_up_to_the_cent() {
        let table: [(i64, &[i64], &[i64]); 5] = [
            (100, &[1, 1, 1], &[34, 33, 33]),
            (10_000, &[50, 30, 20], &[5_000, 3_000, 2_000]),
            (1, &[1, 1], &[1, 0]),
            (-100, &[1, 1, 1], &[-33, -33, -34]),
            (101, &[0, 0], &[51, 50]),
        ];
        for (amount, weights, expected) in table {
            let parts = by_largest_remainder(Money::new(amount, Currency::usd()), weights).unwrap();
            assert_eq!(parts.iter().map(|part| part.minor()).collect::<Vec<_>>(), expected, "{amount} by {weights:?}");
        }
    }
}
