#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <variant>
#include <vector>

#include "base/uuid.hpp"

namespace lotkeeper::database {

using Bytes = std::span<const std::uint8_t>;

/// A parameter of a statement. Text and bytes are views: the data must outlive the call that binds
/// them.
class Value {
 public:
  using Variant = std::variant<std::monostate, std::int64_t, std::string_view, base::Uuid, Bytes>;

  Value() = default;  ///< NULL
  Value(std::nullptr_t) {}
  Value(std::int64_t number) : m_value(number) {}
  Value(int number) : m_value(std::int64_t{number}) {}
  Value(std::string_view text) : m_value(text) {}
  Value(const char* text) : m_value(std::string_view(text)) {}
  Value(const std::string& text) : m_value(std::string_view(text)) {}
  Value(const base::Uuid& uuid) : m_value(uuid) {}
  Value(Bytes bytes) : m_value(bytes) {}
  Value(base::Instant instant) : m_value(base::to_epoch_ms(instant)) {}
  template <class T>
  Value(const std::optional<T>& maybe) {
    if (maybe) *this = Value(*maybe);
  }

  [[nodiscard]] const Variant& variant() const { return m_value; }

 private:
  Variant m_value;
};

/// The values of a statement's $1, $2, ….
using Parameters = std::vector<Value>;

/// One row of an answer. Views into it are valid until the row callback returns.
class Row {
 public:
  Row() = default;
  Row(const Row&) = delete;
  Row& operator=(const Row&) = delete;

  [[nodiscard]] virtual bool is_null(int column) const = 0;
  [[nodiscard]] virtual std::int64_t integer(int column) const = 0;
  [[nodiscard]] virtual std::string_view text(int column) const = 0;
  [[nodiscard]] virtual Bytes bytes(int column) const = 0;
  [[nodiscard]] virtual base::Uuid uuid(int column) const = 0;

  [[nodiscard]] std::optional<std::int64_t> maybe_integer(int column) const {
    if (is_null(column)) return std::nullopt;
    return integer(column);
  }
  [[nodiscard]] base::Instant instant(int column) const {
    return base::from_epoch_ms(integer(column));
  }
  [[nodiscard]] std::optional<base::Instant> maybe_instant(int column) const {
    if (is_null(column)) return std::nullopt;
    return instant(column);
  }

 protected:
  ~Row() = default;
};

}  // namespace lotkeeper::database
