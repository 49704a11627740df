#include "cli/import/row_source.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "base/text/json_records.hpp"

namespace lotkeeper::cli {
namespace {

class CsvRows final : public RowSource {
 public:
  explicit CsvRows(Read read) : m_reader(std::move(read)) {}
  std::optional<base::CsvRow> next() override { return m_reader.next(); }
  char separator() const override { return m_reader.separator(); }
  bool has_byte_order_mark() const override { return m_reader.has_byte_order_mark(); }

 private:
  base::CsvReader m_reader;
};

class JsonRows final : public RowSource {
 public:
  explicit JsonRows(Read read) : m_reader(std::move(read)) {}
  std::optional<base::CsvRow> next() override {
    if (std::exchange(m_is_first, false)) return base::CsvRow{"record"};
    auto record = m_reader.next();
    if (!record) return std::nullopt;
    return base::CsvRow{std::move(*record)};
  }

 private:
  base::JsonRecordReader m_reader;
  bool m_is_first = true;
};

/// Returns a reader that yields `seen` and then the rest of `read`.
RowSource::Read behind(std::string seen, RowSource::Read read) {
  return [seen = std::move(seen), at = std::size_t{0},
          read = std::move(read)](std::span<char> room) mutable {
    if (at == seen.size()) return read(room);
    const std::size_t count = std::min(room.size(), seen.size() - at);
    std::copy_n(seen.data() + at, count, room.data());
    at += count;
    return count;
  };
}

}  // namespace

std::unique_ptr<RowSource> RowSource::open(Read read) {
  std::string seen;
  std::string room(4096, '\0');
  std::size_t mark = 0;
  std::size_t first = std::string::npos;
  while (first == std::string::npos || seen.size() < base::k_byte_order_mark.size()) {
    const std::size_t got = read(std::span(room));
    if (got == 0) break;
    seen.append(room.data(), got);
    mark = seen.starts_with(base::k_byte_order_mark) ? base::k_byte_order_mark.size() : 0;
    first = seen.find_first_not_of(" \t\r\n", mark);
  }
  const bool is_json = first != std::string::npos && (seen[first] == '{' || seen[first] == '[');
  // RFC 8259 lets a reader of JSON ignore the mark. CSV keeps it for the file of rejected rows.
  if (is_json) seen.erase(0, mark);
  Read whole = behind(std::move(seen), std::move(read));
  if (is_json) return std::make_unique<JsonRows>(std::move(whole));
  return std::make_unique<CsvRows>(std::move(whole));
}

}  // namespace lotkeeper::cli
