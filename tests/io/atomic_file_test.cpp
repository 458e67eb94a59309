#include "io/atomic_file.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <halfpixel/error.hpp>
#include <halfpixel/files.hpp>

#include "io/temp_folder.hpp"

namespace halfpixel::io {
namespace {

using test::read_bytes;
using test::TempFolder;
using test::write_bytes;

mode_t mode_of(const std::filesystem::path& path) {
  struct stat status{};
  return ::stat(path.c_str(), &status) == 0 ? status.st_mode & 07777 : 0;
}

TEST(AtomicFile, AppearsWithCommitAndNotBefore) {
  const TempFolder folder;
  AtomicFile file(folder / "a", "test");
  file.write_at(0, "hello", 5);
  EXPECT_FALSE(std::filesystem::exists(folder / "a"));
  EXPECT_EQ(folder.entries(), 1);
  file.commit();
  EXPECT_EQ(read_bytes(folder / "a"), "hello");
  EXPECT_EQ(folder.entries(), 1);
}

TEST(AtomicFile, LeavesNothingWhenItIsDropped) {
  const TempFolder folder;
  write_bytes(folder / "a", "old");
  {
    AtomicFile file(folder / "a", "test");
    file.write_at(0, "new!", 4);
  }
  EXPECT_EQ(read_bytes(folder / "a"), "old");
  EXPECT_EQ(folder.entries(), 1);
}

TEST(AtomicFile, HasThePermissionsThatTheUmaskAllows) {
  const TempFolder folder;
  const mode_t before = ::umask(027);
  AtomicFile file(folder / "a", "test");
  ::umask(before);
  file.commit();
  EXPECT_EQ(mode_of(folder / "a"), mode_t{0640});
}

TEST(AtomicFile, KeepsThePermissionsOfTheFileThatItReplaces) {
  const TempFolder folder;
  write_bytes(folder / "a", "old");
  ::chmod((folder / "a").c_str(), 0600);
  AtomicFile file(folder / "a", "test");
  file.commit();
  EXPECT_EQ(mode_of(folder / "a"), mode_t{0600});
}

TEST(AtomicFile, WritesThroughALink) {
  const TempFolder folder;
  write_bytes(folder / "real", "old");
  std::filesystem::create_symlink("real", folder / "link");
  AtomicFile file(folder / "link", "test");
  file.write_at(0, "new", 3);
  file.commit();
  EXPECT_TRUE(std::filesystem::is_symlink(folder / "link"));
  EXPECT_EQ(read_bytes(folder / "real"), "new");
}

TEST(AtomicFile, RefusesFoldersPipesAndMissingFolders) {
  const TempFolder folder;
  std::filesystem::create_directory(folder / "d");
  ASSERT_EQ(::mkfifo((folder / "pipe").c_str(), 0600), 0);
  EXPECT_THROW(AtomicFile(folder / "d", "test"), Error);
  EXPECT_THROW(AtomicFile(folder / "pipe", "test"), Error);
  EXPECT_THROW(AtomicFile(folder / "none/a", "test"), Error);
  EXPECT_EQ(folder.entries(), 2);
}

TEST(AtomicFile, RefusesWhatTheDiskCannotHold) {
  const TempFolder folder;
  const AtomicFile file(folder / "a", "test");
  EXPECT_NO_THROW(file.require_space(1));
  EXPECT_THROW(file.require_space(std::int64_t{1} << 62), Error);
}

TEST(AtomicFile, UnfinishedFilesCanBeRemovedBySignalHandlers) {
  const TempFolder folder;
  AtomicFile one(folder / "a", "test");
  AtomicFile two(folder / "b", "test");
  EXPECT_EQ(folder.entries(), 2);
  remove_unfinished_files();
  EXPECT_EQ(folder.entries(), 0);
}

TEST(AtomicFile, FinishedFilesAreNotRemovedBySignalHandlers) {
  const TempFolder folder;
  for (int i = 0; i < 100; ++i) AtomicFile(folder / "a", "test").commit();
  remove_unfinished_files();
  EXPECT_EQ(folder.entries(), 1);
}

}  // namespace
}  // namespace halfpixel::io
