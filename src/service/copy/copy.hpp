#pragma once

#include <algorithm>
#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/secret.hpp"
#include "store/copy/copied_table.hpp"

/// All of one database into another, whatever their engines: `lotkeeper copy`.
namespace lotkeeper::service {

/// The copy may not begin, or not go on; the sentence says what would be right. The target holds
/// what it held.
class CopyRefused : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

enum class CopyStage { copying, comparing };

struct CopyOptions {
  std::string from;  ///< a database URL
  std::string to;
  store::PageLimits limits{};
  /// Called after each transaction, and as rows are compared: rows done of all that are to be done
  /// in this stage.
  std::function<void(CopyStage stage, std::uint64_t done, std::uint64_t total)> on_progress{};
};

/// One table as it is on either side once all is copied.
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

/// Copies every table in the order of its key, some hundred rows in each transaction, so that it
/// can be stopped at any moment and run again: where it goes on is the last row that is there. Then
/// reads both sides once more and compares them; where they are equal the target becomes usable,
/// until then no server takes it. Both sides are brought up to date first.
///
/// Throws CopyRefused where a server is at work on either side, where the source is missing, empty
/// or itself half a copy, where one of its texts is none that the target can hold, and where the
/// target holds anything that does not come from this copy. Throws DatabaseError where a database
/// fails: the same copy may be run again.
[[nodiscard]] CopyReport copy_database(const CopyOptions& options, const base::Clock& clock);

}  // namespace lotkeeper::service
