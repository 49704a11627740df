#pragma once

#include <string>
#include <string_view>

namespace lotkeeper::domain {

/// How plates are compared: Unicode NFKC, full case folding, upper case (`ß` is `SS`), and of that
/// the letters (L*) and decimal digits (Nd) only. Empty where the text has none: such a plate
/// counts as absent.
[[nodiscard]] std::string normalise_plate(std::string_view plate);

/// Whether anything is left of `plate` when it is normalised. Stops at the first letter or digit,
/// however long the text is.
[[nodiscard]] bool has_plate_character(std::string_view plate);

/// The shape of a normalised plate: the characters that cameras confuse (0/O/Q/D, 1/I/L, 2/Z, 5/S,
/// 8/B) are replaced by the digit of their group, so that plates one could take for each other have
/// one shape. Letters of other alphabets stay.
[[nodiscard]] std::string plate_shape(std::string_view normalised);

}  // namespace lotkeeper::domain
