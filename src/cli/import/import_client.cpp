#include "cli/import/import_client.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <deque>
#include <fstream>
#include <iostream>
#include <map>

#include <fmt/format.h>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "base/text/csv.hpp"
#include "base/text/json_records.hpp"
#include "base/text/text.hpp"
#include "cli/import/row_source.hpp"
#include "cli/progress.hpp"
#include "domain/fault.hpp"

namespace lotkeeper::cli {
namespace {

namespace json = boost::json;
using base::CsvRow;

// Rows per transaction: enough to make the cost of a sync negligible, few enough that pushes do not
// wait long.
constexpr std::size_t k_rows_at_once = 512;
constexpr std::size_t k_bytes_at_once = 256 * 1024;
/// Most unanswered messages. With more, each half could block until the other reads.
constexpr std::size_t k_most_unanswered = 2;
constexpr std::size_t k_most_warnings = 20;

constexpr const char* k_code_column = "ErrorCode";
constexpr const char* k_reason_column = "Reason";

/// The columns that an import adds to rejected rows. They are ignored when that file is imported
/// again.
bool is_ours(std::string_view column) {
  return column == k_code_column || column == k_reason_column;
}

class File {
 public:
  explicit File(const std::string& path)
      : m_path(path), m_descriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {
    struct stat status{};
    if (m_descriptor < 0 || ::fstat(m_descriptor, &status) != 0) fail();
    if (S_ISREG(status.st_mode)) m_size = static_cast<std::uint64_t>(status.st_size);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File() {
    if (m_descriptor >= 0) ::close(m_descriptor);
  }

  std::size_t read(std::span<char> room) {
    for (;;) {
      const ssize_t got = ::read(m_descriptor, room.data(), room.size());
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) fail();
      m_read += static_cast<std::uint64_t>(got);
      return static_cast<std::size_t>(got);
    }
  }
  [[nodiscard]] std::optional<std::uint64_t> size() const { return m_size; }
  [[nodiscard]] std::uint64_t bytes_read() const { return m_read; }

 private:
  [[noreturn]] void fail() const {
    throw std::runtime_error(fmt::format("{} cannot be read: {}", m_path, std::strerror(errno)));
  }

  std::string m_path;
  int m_descriptor;
  std::optional<std::uint64_t> m_size;
  std::uint64_t m_read = 0;
};

struct Rejection {
  int code = 0;
  std::string reason;
};

/// Creates the file if needed and makes it readable only by its owner: rows may contain names,
/// e-mail addresses and birth dates.
void make_private(const std::string& path) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (file < 0) return;  // opening it again reports why
  static_cast<void>(::fchmod(file, S_IRUSR | S_IWUSR));
  ::close(file);
}

/// FILE.rejected.csv: the rejected rows as they came, with code and reason. Removed if nothing was
/// rejected.
class RejectedFile {
 public:
  RejectedFile(std::string path, const CsvRow& header, const RowSource& original)
      : m_path(std::move(path)), m_separator(original.separator()), m_width(header.size()) {
    for (std::size_t i = 0; i < header.size(); ++i) {
      if (is_ours(header[i])) m_ours.push_back(i);
    }
    // Open it now, so that an unwritable folder is found before anything is stored.
    make_private(m_path);
    m_file.open(m_path, std::ios::binary | std::ios::trunc);
    if (!m_file) {
      throw std::runtime_error(
          fmt::format("{} cannot be written: {}", m_path, std::strerror(errno)));
    }
    if (original.has_byte_order_mark()) m_file << base::k_byte_order_mark;
    write(header, k_code_column, k_reason_column);
  }

  void add(const CsvRow& row, const Rejection& rejection) {
    ++m_count;
    write(row, std::to_string(rejection.code), rejection.reason);
  }

  /// Returns when everything is handed to the file system.
  void close() {
    m_file.close();
    if (!m_file) throw std::runtime_error(fmt::format("{} cannot be written", m_path));
    if (m_count == 0) ::unlink(m_path.c_str());
  }

  [[nodiscard]] const std::string& path() const { return m_path; }
  [[nodiscard]] std::uint64_t count() const { return m_count; }

 private:
  void write(CsvRow row, std::string code, std::string reason) {
    if (row.size() < m_width) row.resize(m_width);
    for (auto at = m_ours.rbegin(); at != m_ours.rend(); ++at) {
      row.erase(row.begin() + static_cast<std::ptrdiff_t>(*at));
    }
    row.push_back(std::move(code));
    row.push_back(std::move(reason));
    std::string text;
    base::append_csv_row(text, row, m_separator);
    m_file << text;
  }

  std::string m_path;
  char m_separator;
  std::size_t m_width;
  std::vector<std::size_t> m_ours;
  std::ofstream m_file;
  std::uint64_t m_count = 0;
};

/// Rows that are read, sent and waiting for their answer.
struct Chunk {
  std::vector<CsvRow> rows;
  std::vector<std::optional<Rejection>> rejections;  ///< of each row
  std::vector<std::size_t> sent;                     ///< indexes of the rows that were sent
  std::size_t bytes = 0;

  [[nodiscard]] bool is_full() const {
    return rows.size() >= k_rows_at_once || bytes >= k_bytes_at_once;
  }
};

std::optional<Rejection> judge(const CsvRow& row, std::size_t width) {
  constexpr int k_code = static_cast<int>(domain::ErrorCode::unparsable);
  if (row.size() > width) {
    return Rejection{k_code, fmt::format("The row has {} cells but the header has {}. Put quotes "
                                         "around a cell that contains the separator.",
                                         row.size(), width)};
  }
  if (!std::ranges::all_of(row, base::is_valid_utf8)) {
    return Rejection{k_code, "The row is not valid UTF-8; save the file as CSV in UTF-8."};
  }
  return std::nullopt;
}

json::array to_json(const CsvRow& row, const CsvRow& header) {
  json::array cells;
  cells.reserve(row.size());
  for (std::size_t i = 0; i < row.size(); ++i) {
    if (!is_ours(header[i])) cells.emplace_back(row[i]);
  }
  return cells;
}

class FileImport {
 public:
  FileImport(const std::string& path, MessageSocket& socket)
      : m_path(path),
        m_socket(socket),
        m_file(path),
        m_reader(RowSource::open([this](std::span<char> room) { return m_file.read(room); })),
        m_header(read_header()) {}

  int run() {
    open();
    RejectedFile rejected(m_path + ".rejected.csv", m_header, *m_reader);
    Progress progress(m_file.size());
    m_rejected = &rejected;
    m_progress = &progress;
    try {
      send_all();
    } catch (const std::exception& error) {
      progress.clear();
      rejected.close();
      throw std::runtime_error(fmt::format(
          "{}\n"
          "The import was interrupted: {}. Run it again: rows already stored count as present.",
          error.what(), summary()));
    }
    progress.clear();
    rejected.close();
    for (const auto& [text, count] : m_warnings) {
      std::cerr << fmt::format("lotkeeper: {} row{}: {}\n", count, count == 1 ? "" : "s", text);
    }
    std::cout << summary() << '\n' << std::flush;
    return rejected.count() == 0 ? 0 : 1;
  }

 private:
  CsvRow read_header() {
    auto header = m_reader->next();
    if (!header) throw std::runtime_error(fmt::format("{} is empty: it has no header row", m_path));
    if (!std::ranges::all_of(*header, base::is_valid_utf8)) {
      throw std::runtime_error(
          fmt::format("the header row of {} is not valid UTF-8; save it as CSV in UTF-8", m_path));
    }
    return std::move(*header);
  }

  json::object receive() {
    const auto answer = m_socket.receive();
    if (!answer) throw std::runtime_error("the connection to the server was lost");
    return json::parse(*answer).as_object();
  }

  void open() {
    m_socket.send(json::serialize(to_json(m_header, m_header)));
    const json::object answer = receive();
    if (const json::value* refused = answer.if_contains("refused")) {
      throw std::runtime_error(std::string(refused->as_string()));
    }
    for (const json::value& warning : answer.at("warnings").as_array()) {
      std::cerr << "lotkeeper: " << std::string_view(warning.as_string()) << '\n';
    }
  }

  void send_all() {
    Chunk chunk;
    std::exception_ptr broken;
    try {
      while (auto row = m_reader->next()) {
        if (std::ranges::all_of(*row, &std::string::empty)) continue;
        add(chunk, std::move(*row));
        if (chunk.is_full()) send(std::exchange(chunk, {}));
      }
    } catch (const base::CsvError&) {
      broken = std::current_exception();
    } catch (const base::JsonRecordsError&) {
      broken = std::current_exception();
    }
    if (!chunk.rows.empty()) send(std::move(chunk));
    while (!m_unanswered.empty()) take_answer();
    m_socket.finish();
    if (broken) std::rethrow_exception(broken);
  }

  void add(Chunk& chunk, CsvRow row) {
    chunk.rejections.push_back(judge(row, m_header.size()));
    if (!chunk.rejections.back()) chunk.sent.push_back(chunk.rows.size());
    for (const std::string& cell : row) chunk.bytes += cell.size();
    chunk.rows.push_back(std::move(row));
  }

  void send(Chunk chunk) {
    json::array message;
    message.reserve(chunk.sent.size());
    for (const std::size_t at : chunk.sent) message.push_back(to_json(chunk.rows[at], m_header));
    while (m_unanswered.size() >= k_most_unanswered) take_answer();
    m_socket.send(json::serialize(message));
    m_unanswered.push_back(std::move(chunk));
  }

  void take_answer() {
    const json::object answer = receive();
    if (const json::value* failed = answer.if_contains("failed")) {
      throw std::runtime_error(std::string(failed->as_string()));
    }
    Chunk chunk = std::move(m_unanswered.front());
    m_unanswered.pop_front();
    m_imported += answer.at("imported").to_number<std::uint64_t>();
    m_present += answer.at("present").to_number<std::uint64_t>();
    for (const json::value& value : answer.at("rejected").as_array()) {
      const json::array& entry = value.as_array();
      const std::size_t at = chunk.sent.at(entry.at(0).to_number<std::size_t>());
      chunk.rejections[at] =
          Rejection{entry.at(1).to_number<int>(), std::string(entry.at(2).as_string())};
    }
    for (const auto& [text, count] : answer.at("warnings").as_object()) {
      const std::string warning(text);
      if (m_warnings.size() >= k_most_warnings && !m_warnings.contains(warning)) continue;
      m_warnings[warning] += count.to_number<std::uint64_t>();
    }
    for (std::size_t i = 0; i < chunk.rows.size(); ++i) {
      if (chunk.rejections[i]) m_rejected->add(chunk.rows[i], *chunk.rejections[i]);
    }
    m_progress->show(m_file.bytes_read(), m_imported + m_present + m_rejected->count());
  }

  [[nodiscard]] std::string summary() const {
    const std::uint64_t rejected = m_rejected->count();
    return fmt::format("imported {}, present {}, rejected {}{}", m_imported, m_present, rejected,
                       rejected == 0 ? "" : fmt::format(" (see {})", m_rejected->path()));
  }

  std::string m_path;
  MessageSocket& m_socket;
  File m_file;
  std::unique_ptr<RowSource> m_reader;
  CsvRow m_header;
  RejectedFile* m_rejected = nullptr;
  Progress* m_progress = nullptr;
  std::deque<Chunk> m_unanswered;
  std::uint64_t m_imported = 0;
  std::uint64_t m_present = 0;
  std::map<std::string, std::uint64_t> m_warnings;
};

}  // namespace

int import_client(const std::string& file, MessageSocket& socket) {
  return FileImport(file, socket).run();
}

}  // namespace lotkeeper::cli
