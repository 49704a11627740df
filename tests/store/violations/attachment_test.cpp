#include <gtest/gtest.h>

#include "service/violations/attachments.hpp"
#include "store/violations/attachment.hpp"
#include "support/overdue.hpp"

namespace lotkeeper::tests {
namespace {

class Attachments : public testing::Test {
 protected:
  Attachments() { import_overdue(m_api, "OC_TOMA"); }

  std::string attach(service::NewAttachment attachment) {
    return change_violation(
        m_api, [&](service::WriteBatch& batch, store::ClientId client) -> domain::Result<void> {
          auto added = service::attach_to_violation(batch, client, attachment);
          if (!added) return tl::unexpected(added.error());
          return {};
        });
  }

  TestApi m_api;
};

TEST_F(Attachments, have_the_documents_metadata_and_their_bytes_by_hash) {
  EXPECT_EQ(attach({9, "front.view.png", "image/png", "the picture"}), "");
  const store::ViolationId id = 9;
  const auto connection = m_api.app.database().read();
  const auto found = store::find_attachments(*connection, 1, std::span(&id, 1)).front();
  ASSERT_EQ(found.size(), 3U) << "beside the document's two";
  const store::Attachment& added = found.back();
  EXPECT_EQ(added.id, 3) << "ids go on above those that were imported";
  EXPECT_EQ(added.name.substr(0, 11), "front.view-");
  EXPECT_EQ(added.name.size(), 11U + 8U);
  EXPECT_EQ(added.extension, "png");
  EXPECT_EQ(added.storage_location, "oc_toma/VIOLATIONS/2026/03/02/" + added.name + ".png");
  EXPECT_EQ(added.note, "1-100013");
  EXPECT_EQ(store::find_content(*connection, 1, *added.content_hash), "the picture");
  EXPECT_EQ(store::find_content(*connection, 2, *added.content_hash), std::nullopt)
      << "another client's";
}

TEST_F(Attachments, of_one_content_are_kept_once) {
  attach({9, "a.png", "image/png", "same"});
  attach({9, "b", "image/png", "same"});
  EXPECT_EQ(m_api.number("SELECT COUNT(*) FROM attachment_content"), 1);
  EXPECT_EQ(m_api.number("SELECT COUNT(*) FROM attachment"), 4);
}

TEST_F(Attachments, stand_in_the_record_that_goes_to_collections) {
  attach({9, "a.png", "image/png", "same"});
  const auto reply =
      m_api.post("violations/send_overdue_to_collections", R"({"apiToken":"TOKEN:all"})");
  EXPECT_NE(reply.body.find(R"("attachID":3,"storageLocation":"oc_toma/VIOLATIONS/2026/03/02/a-)"),
            std::string::npos)
      << reply.body;
}

TEST_F(Attachments, that_cannot_be_are_refused_and_write_nothing) {
  const std::string large(service::k_largest_attachment + 1, 'x');
  for (const service::NewAttachment& wrong :
       {service::NewAttachment{999, "a.png", "image/png", "x"},
        service::NewAttachment{9, "", "image/png", "x"},
        service::NewAttachment{9, "../a.png", "image/png", "x"},
        service::NewAttachment{9, std::string(101, 'a'), "image/png", "x"},
        service::NewAttachment{9, "a.png", "picture", "x"},
        service::NewAttachment{9, "a.png", "image/png", ""},
        service::NewAttachment{9, "a.png", "image/png", large}}) {
    EXPECT_NE(attach(wrong), "");
  }
  EXPECT_EQ(m_api.number("SELECT COUNT(*) FROM attachment"), 2);
  EXPECT_EQ(m_api.number("SELECT COUNT(*) FROM attachment_content"), 0);
}

}  // namespace
}  // namespace lotkeeper::tests
