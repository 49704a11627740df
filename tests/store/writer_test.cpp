#include "store/writer.hpp"

#include <gtest/gtest.h>

#include "store/samples.hpp"

namespace lotkeeper::tests {
namespace {

using Numbers = std::vector<std::int64_t>;

const base::Uuid k_one = base::make_uuid_v7(k_noon);
const base::Uuid k_other = base::make_uuid_v7(k_noon);
constexpr auto k_late = k_noon + store::k_writer_lease + std::chrono::seconds(1);

TEST(WriterStore, gives_each_server_numbers_of_its_own) {
  TestStore store;
  EXPECT_EQ(store::claim_writers(store.writer(), k_one, 2, k_noon), (Numbers{1, 2}));
  EXPECT_EQ(store::claim_writers(store.writer(), k_other, 3, k_noon), (Numbers{3, 4, 5}));
}

TEST(WriterStore, takes_over_what_gave_no_sign_of_life) {
  TestStore store;
  store::claim_writers(store.writer(), k_one, 2, k_noon);
  EXPECT_EQ(store::claim_writers(store.writer(), k_other, 3, k_late), (Numbers{1, 2, 3}));
}

TEST(WriterStore, leaves_those_alone_that_gave_one) {
  TestStore store;
  store::claim_writers(store.writer(), k_one, 2, k_noon);
  store::keep_writers(store.writer(), k_one, k_late);
  EXPECT_EQ(store::claim_writers(store.writer(), k_other, 1, k_late), (Numbers{3}));
}

TEST(WriterStore, takes_what_was_given_back) {
  TestStore store;
  store::claim_writers(store.writer(), k_one, 2, k_noon);
  store::release_writers(store.writer(), k_one);
  EXPECT_EQ(store::claim_writers(store.writer(), k_other, 1, k_noon), (Numbers{1}));
}

TEST(WriterStore, touches_one_number_alone) {
  TestStore store;
  store::claim_writers(store.writer(), k_one, 2, k_noon);
  store::touch_writer(store.writer(), 2, k_late);
  EXPECT_EQ(store::claim_writers(store.writer(), k_other, 2, k_late), (Numbers{1, 3}));
}

}  // namespace
}  // namespace lotkeeper::tests
