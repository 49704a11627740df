#include "service/commit/apply.hpp"

#include <algorithm>
#include <cstdint>
#include <map>

#include "domain/time.hpp"
#include "store/clients/tenancy.hpp"

namespace lotkeeper::service {
namespace {

using domain::ErrorCode;

/// Replays the replies of commands whose key was answered before. Returns the other commands.
std::vector<Command*> replay_known_keys(WriteBatch& batch, std::span<Command* const> commands) {
  std::vector<Command*> keyed;
  std::vector<Command*> fresh;
  std::vector<const store::IdempotencyKey*> keys;
  for (Command* command : commands) {
    command->replayed_reply.reset();
    if (!command->key) {
      fresh.push_back(command);
      continue;
    }
    keyed.push_back(command);
    keys.push_back(&*command->key);
  }
  if (keyed.empty()) return fresh;

  const auto known = store::find_replies(batch.connection, keys, batch.now);
  for (std::size_t i = 0; i < keyed.size(); ++i) {
    if (!known[i]) {
      fresh.push_back(keyed[i]);
    } else if (known[i]->same_body) {
      keyed[i]->outcome = Receipt{};
      keyed[i]->replayed_reply = known[i]->reply;
    } else {
      keyed[i]->outcome = domain::refused(
          ErrorCode::record_exists, "Idempotency-Key",
          "This key came with another body before; send a new key with a new request.");
    }
  }
  return fresh;
}

void apply_by_kind(WriteBatch& batch, std::vector<Command*>& commands) {
  // Stable, so that commands of one kind keep their order of arrival.
  std::ranges::stable_sort(commands, std::ranges::less{}, [](const Command* command) {
    return reinterpret_cast<std::uintptr_t>(command->apply());
  });
  for (auto first = commands.begin(); first != commands.end();) {
    const auto last = std::find_if(first, commands.end(), [&](const Command* command) {
      return command->apply() != (*first)->apply();
    });
    (*first)->apply()(batch, std::span(first, last));
    first = last;
  }
}

void write_counts(WriteBatch& batch) {
  std::vector<store::CountChange> changes;
  for (const auto& [row, by] : batch.counts) {
    const auto& [client, zone_name, type] = row;
    if (by != 0) changes.push_back({client, zone_name, type, by});
  }
  if (!changes.empty()) store::change_counts(batch.connection, changes, batch.replica);
}

void write_income(WriteBatch& batch) {
  std::map<std::pair<store::Income, std::string>, std::pair<std::int64_t, std::int64_t>> by_day;
  for (const auto& [key, sum] : batch.earned) {
    const auto& [income, slot] = key;
    const auto& zone = batch.time_zones.of(batch.connection, income.client, batch.now);
    const auto start = base::from_epoch_ms(slot * WriteBatch::k_slot);
    auto& day = by_day[{income, zone.date_at(start)}];
    day.first += sum.first;
    day.second += sum.second;
  }
  std::vector<store::IncomeChange> changes;
  for (const auto& [key, sum] : by_day) {
    if (sum.first == 0 && sum.second == 0) continue;
    changes.push_back({&key.first, key.second, sum.first, sum.second});
  }
  if (!changes.empty()) store::change_income(batch.connection, changes, batch.replica);
}

void keep_keyed_replies(WriteBatch& batch, std::span<Command* const> applied) {
  std::vector<std::string> texts;
  std::vector<store::NewReply> replies;
  texts.reserve(applied.size());
  for (Command* command : applied) {
    if (!command->key || !command->outcome) continue;
    texts.push_back(command->encode(*command->outcome));
    replies.push_back({&*command->key, texts.back()});
  }
  if (!replies.empty()) store::keep_replies(batch.connection, replies, batch.now);
}

}  // namespace

void apply_commands(WriteBatch& batch, std::span<Command* const> commands) {
  std::vector<Command*> fresh = replay_known_keys(batch, commands);
  apply_by_kind(batch, fresh);
  write_counts(batch);
  write_income(batch);
  keep_keyed_replies(batch, fresh);
}

}  // namespace lotkeeper::service
