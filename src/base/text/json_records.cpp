#include "base/text/json_records.hpp"

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/serialize.hpp>

namespace lotkeeper::base {
namespace {

using boost::json::error_code;
using boost::json::string_view;

constexpr std::size_t k_depth = 32;
constexpr std::size_t k_read_at_once = 64 * 1024;
// Of a longer item only the beginning is kept. It is not valid JSON, so it cannot be mistaken for
// the whole.
constexpr std::size_t k_longest_item = 1024 * 1024;
constexpr std::size_t k_kept_of_longer = 1024;

/// Writes each item of the list out again, event by event.
class RecordWriter {
 public:
  // NOLINTBEGIN(readability-identifier-naming): the names that basic_parser looks for
  static constexpr std::size_t max_object_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_array_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_key_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_string_size = static_cast<std::size_t>(-1);
  // NOLINTEND(readability-identifier-naming)

  std::deque<std::string> finished;
  bool found_list = false;

  bool on_document_begin(error_code&) { return true; }
  bool on_document_end(error_code&) { return true; }

  bool on_object_begin(error_code&) { return open('{'); }
  bool on_object_end(std::size_t, error_code&) { return close('}'); }

  bool on_array_begin(error_code&) {
    const bool is_list =
        !found_list && (m_open.empty() || (m_open.size() == 1 && m_last_key == "records"));
    if (!is_list) return open('[');
    found_list = true;
    m_open.push_back(true);
    m_list_level = m_open.size();
    return true;
  }
  bool on_array_end(std::size_t, error_code&) {
    if (m_list_level == 0 || m_open.size() != m_list_level) return close(']');
    m_open.pop_back();
    m_list_level = 0;
    return true;
  }

  bool on_key_part(string_view part, std::size_t, error_code&) { return keep(part); }
  bool on_key(string_view part, std::size_t, error_code&) {
    keep(part);
    m_last_key = std::exchange(m_text, {});
    if (!is_in_item()) return true;
    separate();
    m_item += boost::json::serialize(string_view(m_last_key));
    m_item += ':';
    m_is_value = true;
    return true;
  }
  bool on_string_part(string_view part, std::size_t, error_code&) { return keep(part); }
  bool on_string(string_view part, std::size_t, error_code&) {
    keep(part);
    const std::string text = std::exchange(m_text, {});
    return add(m_list_level == 0 ? std::string() : boost::json::serialize(string_view(text)));
  }
  bool on_number_part(string_view part, error_code&) { return keep(part); }
  bool on_int64(std::int64_t, string_view part, error_code&) { return add_number(part); }
  bool on_uint64(std::uint64_t, string_view part, error_code&) { return add_number(part); }
  bool on_double(double, string_view part, error_code&) { return add_number(part); }
  bool on_bool(bool value, error_code&) { return add(value ? "true" : "false"); }
  bool on_null(error_code&) { return add("null"); }
  bool on_comment_part(string_view, error_code&) { return true; }
  bool on_comment(string_view, error_code&) { return true; }

 private:
  [[nodiscard]] bool is_in_item() const {
    return m_list_level != 0 && m_open.size() > m_list_level;
  }

  bool keep(string_view part) {
    if (m_text.size() + part.size() > k_longest_item) {
      m_is_too_long = m_is_too_long || is_in_item();
    } else {
      m_text.append(part.data(), part.size());
    }
    return true;
  }

  /// Writes a comma before everything but the first element of a container.
  void separate() {
    if (m_is_value) {
      m_is_value = false;  // after its key
      return;
    }
    if (!m_open.back()) m_item += ',';
    m_open.back() = false;
  }

  bool open(char bracket) {
    if (is_in_item()) separate();
    if (m_list_level != 0) m_item += bracket;
    m_open.push_back(true);
    return true;
  }

  bool close(char bracket) {
    m_open.pop_back();
    if (m_list_level != 0) m_item += bracket;
    return finish();
  }

  bool add(std::string_view json) {
    if (m_list_level == 0) return true;
    if (is_in_item()) separate();
    m_item += json;
    return finish();
  }

  bool add_number(string_view part) {
    keep(part);
    return add(std::exchange(m_text, {}));
  }

  bool finish() {
    if (m_item.size() > k_longest_item) {
      m_is_too_long = true;
      m_item.resize(k_kept_of_longer);
    }
    if (m_list_level != 0 && m_open.size() == m_list_level) {
      if (std::exchange(m_is_too_long, false)) {
        m_item.resize(std::min(m_item.size(), k_kept_of_longer));
      }
      finished.push_back(std::exchange(m_item, {}));
    }
    return true;
  }

  std::vector<bool> m_open;      ///< one per open container: whether the next element is its first
  std::size_t m_list_level = 0;  ///< open containers where list items begin; 0: outside the list
  std::string m_text;            ///< parts of a key, string or number so far
  std::string m_last_key;
  std::string m_item;
  bool m_is_too_long = false;
  bool m_is_value = false;  ///< a key was written and its value comes next
};

boost::json::parse_options options() {
  boost::json::parse_options options;
  options.max_depth = k_depth;
  options.allow_trailing_commas = true;
  return options;
}

}  // namespace

struct JsonRecordReader::Parser {
  boost::json::basic_parser<RecordWriter> parser{options()};
};

JsonRecordReader::JsonRecordReader(Source source)
    : m_source(std::move(source)),
      m_parser(std::make_unique<Parser>()),
      m_room(k_read_at_once, '\0') {}

JsonRecordReader::~JsonRecordReader() = default;

std::optional<std::string> JsonRecordReader::next() {
  auto& parser = m_parser->parser;
  auto& finished = parser.handler().finished;
  while (finished.empty() && !m_ended) {
    const std::size_t got = m_source(std::span(m_room));
    m_ended = got == 0;
    error_code error;
    const std::size_t read = parser.write_some(!m_ended, m_room.data(), got, error);
    const std::string_view rest = std::string_view(m_room).substr(read, got - read);
    const bool has_more = !error && rest.find_first_not_of(" \t\r\n") != std::string_view::npos;
    if (error || has_more) {
      m_broken = m_ended ? "the JSON ends in the middle of a value" : "the file is not valid JSON";
      m_ended = true;
    }
  }
  if (!finished.empty()) {
    std::string item = std::move(finished.front());
    finished.pop_front();
    return item;
  }
  if (!m_broken.empty()) throw JsonRecordsError(m_broken);
  if (!parser.handler().found_list) {
    throw JsonRecordsError(
        "the JSON has no list of records: it must be {\"records\":[…]}, as the API replies, or a "
        "list");
  }
  return std::nullopt;
}

}  // namespace lotkeeper::base
