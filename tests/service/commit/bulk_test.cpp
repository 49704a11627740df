#include "service/commit/bulk.hpp"

#include "service/commit/committer_fixture.hpp"
#include "service/permits/permit_imports.hpp"

// Many writes that travel as one through the committer.
namespace lotkeeper::tests {
namespace {

using Names = std::vector<std::vector<std::string>>;

template <class Kind>
std::vector<Command*> pointers(const std::vector<std::unique_ptr<Kind>>& commands) {
  std::vector<Command*> all;
  for (const auto& command : commands) all.push_back(command.get());
  return all;
}

TEST_F(Committers, commit_a_bulk_in_one_transaction_and_in_its_order) {
  start({.group_size = 1});
  std::vector<std::unique_ptr<Probe>> probes;
  for (const char* name : {"a", "b", "c"}) probes.push_back(std::make_unique<Probe>(name));
  service::commit_in_bulk(*m_committer, pointers(probes));
  EXPECT_EQ(batches(), (Names{{"a", "b", "c"}}));
  for (const auto& probe : probes) EXPECT_EQ(probe->outcome->reference, probe->name);
  EXPECT_EQ(m_committer->figures().batches, 1U);
  EXPECT_EQ(m_committer->figures().commands, 3U);
  service::commit_in_bulk(*m_committer, {});
}

TEST_F(Committers, let_the_second_of_a_bulk_with_one_subject_see_the_first) {
  start();
  std::vector<std::unique_ptr<Probe>> probes;
  for (const char* name : {"a", "b", "c", "d"}) probes.push_back(std::make_unique<Probe>(name));
  probes[0]->about = probes[2]->about = base::make_uuid_v7(k_noon);
  probes[1]->about = base::make_uuid_v7(k_noon);
  service::commit_in_bulk(*m_committer, pointers(probes));
  EXPECT_EQ(batches(), (Names{{"a", "b"}, {"c", "d"}}));
}

TEST_F(Committers, refuse_alone_what_throws_in_a_bulk) {
  start();
  std::vector<std::unique_ptr<Probe>> probes;
  for (int i = 0; i < 9; ++i) probes.push_back(std::make_unique<Probe>(std::to_string(i)));
  probes[5]->run = [](WriteBatch&, Probe&) { throw std::runtime_error("a fault of ours"); };
  service::commit_in_bulk(*m_committer, pointers(probes));
  for (const auto& probe : probes) {
    EXPECT_EQ(code_of(*probe), probe == probes[5] ? ErrorCode::internal_error : ErrorCode{});
  }
}

TEST_F(Committers, refuse_a_whole_bulk_where_nothing_can_be_stored) {
  start();
  m_faulty.set(Breakage::sync_refused);
  std::vector<std::unique_ptr<Probe>> probes;
  for (const char* name : {"a", "b"}) probes.push_back(std::make_unique<Probe>(name));
  service::commit_in_bulk(*m_committer, pointers(probes));
  for (const auto& probe : probes) EXPECT_EQ(code_of(*probe), ErrorCode::outcome_unknown);
  EXPECT_EQ(m_fatal_failures, 1);
}

std::unique_ptr<service::ImportPermit> import_of(store::Permit permit, bool own_reference) {
  auto import = std::make_unique<service::ImportPermit>();
  import->push.permit = std::move(permit);
  import->has_own_reference = own_reference;
  return import;
}

TEST_F(Committers, import_a_permit_once_however_often_it_comes) {
  start();
  const store::Permit own = permit_of("OWN 1");
  store::Permit changed = own;
  changed.end += std::chrono::hours(1);
  for (int run = 1; run <= 2; ++run) {
    std::vector<std::unique_ptr<service::ImportPermit>> imports;
    imports.push_back(import_of(permit_of("A 1"), false));
    imports.push_back(import_of(permit_of("A 1"), false));
    imports.push_back(import_of(own, true));
    imports.push_back(import_of(own, true));
    imports.push_back(import_of(changed, true));
    imports.push_back(import_of(permit_of("OWN 1"), true));
    imports.push_back(import_of(permit_of("OWN 1"), false));
    service::commit_in_bulk(*m_committer, pointers(imports));
    const bool again = run == 2;
    const std::vector<bool> present{again, true, again, true, false, false, true};
    for (std::size_t i = 0; i < imports.size(); ++i) {
      const bool refused = i == 4 || i == 5;
      EXPECT_EQ(code_of(*imports[i]), refused ? ErrorCode::record_exists : ErrorCode{}) << i;
      EXPECT_EQ(imports[i]->was_there, present[i]) << "run " << run << ", " << i;
    }
    EXPECT_EQ(number("SELECT COUNT(*) FROM permit"), 2);
    EXPECT_EQ(number("SELECT CAST(SUM(total) AS BIGINT) FROM permit_count"), 2);
    EXPECT_EQ(imports[6]->outcome->reference, own.id.to_string());
  }
}

TEST_F(Committers, note_imported_permits_whose_reference_holds_no_moment) {
  start();
  const auto import = [&](const char* plate, const char* reference) {
    store::Permit permit = permit_of(plate);
    if (reference != nullptr) permit.id = *base::Uuid::parse(reference);
    std::vector<std::unique_ptr<service::ImportPermit>> imports;
    imports.push_back(import_of(permit, reference != nullptr));
    service::commit_in_bulk(*m_committer, pointers(imports));
    return number("SELECT COUNT(*) FROM undated_permit");
  };
  EXPECT_EQ(import("A 1", nullptr), 0);
  EXPECT_EQ(import("A 2", "01944f5e-d800-7000-8000-000000000001"), 0) << "dated 2025";
  EXPECT_EQ(import("A 3", "01944f5e-d800-4000-8000-000000000001"), 1) << "version 4";
  EXPECT_EQ(import("A 3", "01944f5e-d800-4000-8000-000000000001"), 1) << "again";
  EXPECT_EQ(import("A 3", "01944f5e-d800-4000-8000-000000000002"), 1) << "refused";
  EXPECT_EQ(import("A 4", "01944f5e-d800-7000-1000-000000000001"), 2) << "another variant";
  EXPECT_EQ(import("A 5", "03bb2cc3-d800-7000-8000-000000000001"), 3) << "dated 2100";
  EXPECT_EQ(import("A 6", "00000000-0000-7000-8000-000000000001"), 4) << "a number";
  EXPECT_EQ(number("SELECT COUNT(*) FROM undated_permit u JOIN permit p ON p.permit_id = "
                   "u.permit_id AND p.client_id = u.client_id AND p.created_at = u.imported_at"),
            4);
}

}  // namespace
}  // namespace lotkeeper::tests
