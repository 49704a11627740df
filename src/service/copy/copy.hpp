#pragma once

#include <algorithm>
#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/secret.hpp"
#include "store/copy/copied_table.hpp"

/// Copies a whole database to another, of the same or another engine: `lotkeeper copy`.
namespace lotkeeper::service {

/// The copy cannot begin or continue. The message says what to do. The target keeps what it held.
class CopyRefused : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

enum class CopyStage { copying, comparing };

struct CopyOptions {
  std::string from;  ///< a database URL
  std::string to;
  store::PageLimits limits{};
  /// Called after each transaction and while rows are compared, with the rows done and the total of
  /// this stage.
  std::function<void(CopyStage stage, std::uint64_t done, std::uint64_t total)> on_progress{};
};

/// One table on both sides, after the copy.
struct CopiedTableReport {
  std::string table;
  std::int64_t rows_from = 0;
  std::int64_t rows_to = 0;
  base::Digest digest_from{};
  base::Digest digest_to{};

  [[nodiscard]] bool is_equal() const { return rows_from == rows_to && digest_from == digest_to; }
};

struct CopyReport {
  bool went_on = false;  ///< an earlier run had begun it
  std::vector<CopiedTableReport> tables;

  [[nodiscard]] bool is_equal() const {
    return std::ranges::all_of(tables, &CopiedTableReport::is_equal);
  }
};

/// Migrates both sides, then copies every table in the order of its key, a few hundred rows per
/// transaction. The copy can be stopped at any moment: the next run continues after the last row in
/// the target. Then it reads both sides again and compares them. If they are equal, the target
/// becomes usable. Until then no server starts on it.
///
/// Throws CopyRefused if a server is using either side; if the source is missing, empty or an
/// unfinished copy; if it has a text that the target cannot store; or if the target holds anything
/// that does not come from this copy. Throws DatabaseError if a database fails; the same copy may
/// be run again.
[[nodiscard]] CopyReport copy_database(const CopyOptions& options, const base::Clock& clock);

}  // namespace lotkeeper::service
