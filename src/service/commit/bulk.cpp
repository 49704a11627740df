#include "service/commit/bulk.hpp"

#include <set>

namespace lotkeeper::service {
namespace {

/// Many commands that are committed as one.
class Bulk final : public Command {
 public:
  explicit Bulk(std::span<Command* const> commands) : m_commands(commands) {}

  Apply apply() const override {
    return [](WriteBatch& batch, std::span<Command* const> bulks) {
      for (Command* bulk : bulks) {
        static_cast<Bulk*>(bulk)->apply_each(batch);
        bulk->outcome = Receipt{};
      }
    };
  }
  std::size_t weight() const override { return m_commands.size(); }

 private:
  /// Applies them in runs of one kind with different subjects, so that a second command on a
  /// subject sees the result of the first.
  void apply_each(WriteBatch& batch) const {
    std::set<base::Uuid> subjects;
    auto first = m_commands.begin();
    for (auto next = first; next != m_commands.end(); ++next) {
      const auto subject = (*next)->subject();
      if ((*next)->apply() != (*first)->apply() || (subject && subjects.contains(*subject))) {
        (*first)->apply()(batch, std::span(first, next));
        subjects.clear();
        first = next;
      }
      if (subject) subjects.insert(*subject);
    }
    if (first != m_commands.end()) (*first)->apply()(batch, std::span(first, m_commands.end()));
  }

  std::span<Command* const> m_commands;
};

}  // namespace

void commit_in_bulk(GroupCommitter& committer, std::span<Command* const> commands) {
  if (commands.empty()) return;
  Bulk bulk(commands);
  committer.commit_and_wait(bulk);
  if (bulk.outcome) return;

  const bool one_may_be_to_blame =
      bulk.outcome.error().faults.front().code == domain::ErrorCode::internal_error;
  if (one_may_be_to_blame && commands.size() > 1) {
    const std::size_t half = commands.size() / 2;
    commit_in_bulk(committer, commands.first(half));
    commit_in_bulk(committer, commands.subspan(half));
    return;
  }
  for (Command* command : commands) command->outcome = tl::unexpected(bulk.outcome.error());
}

}  // namespace lotkeeper::service
