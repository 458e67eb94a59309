// Datasets and attributes as libhdf5 and h5py write them, and what is refused.
#include "formats/hdf5_file.hpp"

#include <hdf5.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <halfpixel/error.hpp>

#include "formats/file_bytes.hpp"
#include "formats/hdf5_writer.hpp"

namespace halfpixel::formats {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

class Hdf5FileTest : public testing::Test {
 protected:
  // Makes a file with libhdf5 itself: make(file).
  template <class Make>
  std::filesystem::path make(Make make, bool latest = false) {
    const auto path = folder_ / "a.h5";
    const hid_t access = H5Pcreate(H5P_FILE_ACCESS);
    if (latest) H5Pset_libver_bounds(access, H5F_LIBVER_LATEST, H5F_LIBVER_LATEST);
    const hid_t file = H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, access);
    make(file);
    H5Fclose(file);
    H5Pclose(access);
    return path;
  }
  static hid_t dataset(hid_t file, const char* name, hid_t type, std::vector<hsize_t> dims,
                       hid_t properties = H5P_DEFAULT) {
    const hid_t space = dims.empty()
                            ? H5Screate(H5S_SCALAR)
                            : H5Screate_simple(static_cast<int>(dims.size()), dims.data(), nullptr);
    const hid_t id = H5Dcreate2(file, name, type, space, H5P_DEFAULT, properties, H5P_DEFAULT);
    H5Sclose(space);
    return id;
  }
  template <class Work>
  static std::string refusal(Work work) {
    try {
      work();
    } catch (const Error& error) {
      return error.what();
    }
    ADD_FAILURE() << "accepted";
    return {};
  }
  test::TempFolder folder_;
};

TEST_F(Hdf5FileTest, ReadsBackWhatTheWriterWrote) {
  Hdf5Writer writer;
  const float values[] = {1.5F, -2.0F, 3.25F, 0.0F, 5.0F, 6.0F};
  const std::int64_t count = 7;
  writer.write("layers/conv2d/vars/0", ConstTensorView(values, {2, 3}));
  writer.write("layers/conv2d/vars/1", ConstTensorView(&count, {}));
  writer.make_group("layers/re_lu/vars");
  writer.write_text("layers/conv2d/vars", "name", "süß");
  const Bytes image = writer.finish();
  test::write_bytes(folder_ / "b.h5", image.text());
  EXPECT_TRUE(is_hdf5(folder_ / "b.h5"));
  for (const bool in_memory : {true, false}) {
    const auto file = in_memory
                          ? std::make_unique<Hdf5File>(test::as_bytes(image.text()), ByteLimit{})
                          : std::make_unique<Hdf5File>(folder_ / "b.h5", ByteLimit{});
    const Tensor kernel = file->read("/layers/conv2d/vars/0");
    EXPECT_EQ(kernel.shape(), (Shape{2, 3}));
    EXPECT_THAT(kernel.span<float>(), testing::ElementsAreArray(values));
    EXPECT_EQ(file->read("layers/conv2d/vars/1").data<std::int64_t>()[0], 7);
    EXPECT_EQ(file->text("layers/conv2d/vars", "name"), "süß");
    EXPECT_EQ(file->text("layers/re_lu/vars", "name"), std::nullopt);
    EXPECT_THAT(file->members("layers"), ElementsAre("conv2d", "re_lu"));
    EXPECT_TRUE(file->has_group("layers/re_lu/vars"));
    EXPECT_FALSE(file->has_group("layers/conv2d/vars/0"));
    EXPECT_TRUE(file->has_dataset("layers/conv2d/vars/0"));
    EXPECT_FALSE(file->has_dataset("layers/nothing/vars/0"));
  }
}

TEST_F(Hdf5FileTest, ReadsEveryNumberType) {
  const auto path = make([](hid_t file) {
    const double numbers[] = {1.0, -2.5, 1e300};
    hid_t id = dataset(file, "f64", H5T_IEEE_F64BE, {3});
    H5Dwrite(id, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, numbers);
    H5Dclose(id);
    const int whole[] = {1, -2, 3};
    id = dataset(file, "i16", H5T_STD_I16BE, {3});
    H5Dwrite(id, H5T_NATIVE_INT, H5S_ALL, H5S_ALL, H5P_DEFAULT, whole);
    H5Dclose(id);
    const hid_t half = H5Tcopy(H5T_IEEE_F32LE);
    H5Tset_fields(half, 15, 10, 5, 0, 10);
    H5Tset_size(half, 2);
    H5Tset_ebias(half, 15);
    id = dataset(file, "f16", half, {2});
    const std::uint16_t bits[] = {0x3C00, 0xC100};
    H5Dwrite(id, half, H5S_ALL, H5S_ALL, H5P_DEFAULT, bits);
    H5Dclose(id);
    H5Tclose(half);
  });
  const Hdf5File file(path, {});
  EXPECT_THAT(file.read("f64").span<float>(), ElementsAre(1.0F, -2.5F, INFINITY));
  EXPECT_THAT(file.read("i16").span<std::int16_t>(), ElementsAre(1, -2, 3));
  EXPECT_THAT(file.read("f16").span<float>(), ElementsAre(1.0F, -2.5F));
  EXPECT_EQ(file.info("f16").dtype, DType::float32);
}

TEST_F(Hdf5FileTest, ReadsChunksAndFiltersInOldAndNewFiles) {
  for (const bool latest : {false, true}) {
    const auto path = make(
        [](hid_t file) {
          const hid_t properties = H5Pcreate(H5P_DATASET_CREATE);
          const hsize_t chunk[] = {3, 2};
          H5Pset_chunk(properties, 2, chunk);
          H5Pset_shuffle(properties);
          H5Pset_deflate(properties, 9);
          const hid_t id = dataset(file, "w", H5T_IEEE_F32LE, {7, 5}, properties);
          float values[35];
          for (int i = 0; i < 35; ++i) values[i] = static_cast<float>(i);
          H5Dwrite(id, H5T_NATIVE_FLOAT, H5S_ALL, H5S_ALL, H5P_DEFAULT, values);
          H5Dclose(id);
          H5Pclose(properties);
        },
        latest);
    const Tensor w = Hdf5File(path, {}).read("w");
    ASSERT_EQ(w.shape(), (Shape{7, 5}));
    for (int i = 0; i < 35; ++i) EXPECT_EQ(w.data<float>()[i], static_cast<float>(i));
  }
}

// Each compressed dataset of h5py 3.16 with libver="latest" (HDF5 2.0) is such a one; h5py 3.14,
// whose HDF5 is 1.14, cannot open it either.
TEST_F(Hdf5FileTest, ReadsTheNewestLayoutOrSaysWhichHdf5DoesNot) {
  const Hdf5File file(HALFPIXEL_TEST_DATA "/hdf5/layout_5.h5", {});
  EXPECT_THAT(file.members(""), ElementsAre("w"));
  if (H5_VERSION_GE(2, 0, 0)) {
    const Tensor w = file.read("w");
    for (int i = 0; i < 12; ++i) EXPECT_EQ(w.data<float>()[i], static_cast<float>(i));
  } else {
    EXPECT_THAT(refusal([&] { file.read("w"); }), HasSubstr("layout version 5"));
  }
}

// As h5py writes numpy's bool.
TEST_F(Hdf5FileTest, BoolsAreRead) {
  for (const bool latest : {false, true}) {
    const auto path = make(
        [](hid_t file) {
          const hid_t answer = H5Tenum_create(H5T_NATIVE_INT8);
          const std::array<std::int8_t, 3> values = {0, 1, 1};
          H5Tenum_insert(answer, "FALSE", &values[0]);
          H5Tenum_insert(answer, "TRUE", &values[1]);
          const hid_t answers = dataset(file, "answers", answer, {3});
          H5Dwrite(answers, answer, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data());
          H5Dclose(answers);
          H5Tclose(answer);
        },
        latest);
    const Tensor read = Hdf5File(path, {}).read("answers");
    ASSERT_EQ(read.dtype(), DType::boolean);
    EXPECT_THAT(read.span<bool>(), ElementsAre(false, true, true));
  }
}

// From 1.12 on, "latest" is one more for the version of a type.
TEST_F(Hdf5FileTest, NamesWhatItDoesNotReadInNewFilesToo) {
  const auto path = make(
      [](hid_t file) {
        const hid_t answer = H5Tenum_create(H5T_NATIVE_INT8);
        const std::int8_t no = 0;
        H5Tenum_insert(answer, "FALSE", &no);
        H5Dclose(dataset(file, "answers", answer, {2}));
        H5Tclose(answer);
      },
      true);
  EXPECT_THAT(refusal([&] { Hdf5File(path, {}).read("answers"); }), HasSubstr("enumerators"));
}

// tools/oracles/make_hdf5.py wrote these.
TEST_F(Hdf5FileTest, AttributesOfAnyTypeAndStrategiesForFreeSpaceAreNoHindrance) {
  for (const char* name :
       {"attributes_earliest", "attributes_latest", "space_page", "space_fsm_persist",
        "space_page_persist", "space_aggregate", "space_none"}) {
    SCOPED_TRACE(name);
    const fs::path path = fs::path(HALFPIXEL_TEST_DATA "/hdf5") / (std::string(name) + ".h5");
    const std::string bytes = test::read_bytes(path);
    for (const bool in_memory : {false, true}) {
      const auto file = in_memory ? std::make_unique<Hdf5File>(test::as_bytes(bytes), ByteLimit{})
                                  : std::make_unique<Hdf5File>(path, ByteLimit{});
      EXPECT_EQ(*file->text("layers", "name"), "the name");
      EXPECT_THAT(file->read("layers/w").span<float>(), ElementsAre(0, 1, 2, 3, 4, 5));
    }
  }
}

TEST_F(Hdf5FileTest, MessagesNameObjectAndAttribute) {
  const fs::path folder = HALFPIXEL_TEST_DATA "/hdf5";
  const Hdf5File file(folder / "attributes_earliest.h5", {});
  EXPECT_THAT(refusal([&] { file.text("layers", "converted"); }),
              AllOf(HasSubstr("\"layers\""), HasSubstr("\"converted\""), HasSubstr("not text")));
  EXPECT_THAT(refusal([&] { file.text("", "ragged"); }),
              AllOf(HasSubstr("root group"), HasSubstr("\"ragged\"")));
  EXPECT_THAT(refusal([&] { Hdf5File{folder / "addresses_4.h5", {}}; }),
              AllOf(HasSubstr("addresses of 4"), HasSubstr("not supported")));
  std::string bytes = test::read_bytes(folder / "attributes_earliest.h5");
  const auto at = bytes.rfind("colour");  // of the dataset; its type follows, and is spoilt
  bytes[at + 8] = '\x0F';
  EXPECT_THAT(refusal([&] { Hdf5File(test::as_bytes(bytes), {}).read("layers/w"); }),
              AllOf(HasSubstr("\"colour\""), HasSubstr("layers")));
}

// What was damaged is refused or read, and never more than that.
TEST_F(Hdf5FileTest, DamagedAttributesOfAnyTypeAreHarmless) {
  const auto damage = [](const std::string& whole, std::size_t begin, std::size_t end) {
    for (std::size_t at = begin; at < end; ++at) {
      if (whole[at] == '\0' && at % 16 != 0) continue;
      std::string bytes = whole;
      bytes[at] = static_cast<char>(bytes[at] ^ (1 << (at % 8)));
      try {
        const Hdf5File file(test::as_bytes(bytes), {});
        (void)file.text("layers", "name");
        (void)file.text("layers/w", "name");
        (void)file.read("layers/w");
      } catch (const Error&) {
      }
    }
  };
  const fs::path folder = HALFPIXEL_TEST_DATA "/hdf5";
  for (const char* name : {"attributes_earliest.h5", "space_page_persist.h5"}) {
    const std::string whole = test::read_bytes(folder / name);
    damage(whole, 8, whole.size());
  }
  // In new files checksums are on watch, but not over texts: libhdf5 alone would not come back.
  const std::string latest = test::read_bytes(folder / "attributes_latest.h5");
  const std::size_t texts = latest.find("GCOL");
  ASSERT_NE(texts, latest.npos);
  damage(latest, texts, texts + 512);
}

TEST_F(Hdf5FileTest, ReadsTextsInEveryForm) {
  const auto attribute = [](hid_t group, const char* name, hid_t type, hsize_t count,
                            const void* data) {
    const hid_t space = H5Screate_simple(1, &count, nullptr);
    const hid_t id = H5Acreate2(group, name, type, space, H5P_DEFAULT, H5P_DEFAULT);
    if (count > 0) H5Awrite(id, type, data);
    H5Aclose(id);
    H5Sclose(space);
  };
  const auto path = make([&](hid_t file) {
    const hid_t fixed = H5Tcopy(H5T_C_S1);
    H5Tset_size(fixed, 4);
    H5Tset_strpad(fixed, H5T_STR_NULLPAD);
    attribute(file, "layer_names0", fixed, 2, "ab\0\0cdef");
    attribute(file, "layer_names1", fixed, 1, "g\0\0\0");
    const hid_t variable = H5Tcopy(H5T_C_S1);
    H5Tset_size(variable, H5T_VARIABLE);
    const char* texts[] = {"conv2d/kernel", "", "x"};
    attribute(file, "weight_names", variable, 3, texts);
    attribute(file, "none", H5T_IEEE_F64LE, 0, nullptr);
    const double number = 1.0;
    attribute(file, "number", H5T_IEEE_F64LE, 1, &number);
    H5Tclose(fixed);
    H5Tclose(variable);
  });
  const Hdf5File file(path, {});
  EXPECT_THAT(*file.texts("", "layer_names"), ElementsAre("ab", "cdef", "g"));
  EXPECT_THAT(*file.texts("", "weight_names"), ElementsAre("conv2d/kernel", "", "x"));
  EXPECT_TRUE(file.texts("", "none")->empty());
  EXPECT_EQ(file.texts("", "absent"), std::nullopt);
  EXPECT_THAT(refusal([&] { file.texts("", "number"); }), HasSubstr("not text"));
  EXPECT_THAT(refusal([&] { file.text("", "weight_names"); }), HasSubstr("one text"));
}

TEST_F(Hdf5FileTest, RefusesLinksExternalAndVirtualDatasets) {
  const auto path = make([&](hid_t file) {
    H5Gclose(H5Gcreate2(file, "g", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
    H5Lcreate_soft("/g", file, "soft", H5P_DEFAULT, H5P_DEFAULT);
    hid_t properties = H5Pcreate(H5P_DATASET_CREATE);
    H5Pset_external(properties, "/etc/passwd", 0, 8);
    H5Dclose(dataset(file, "external", H5T_STD_U8LE, {8}, properties));
    H5Pclose(properties);
  });
  {
    const Hdf5File file(path, {});
    EXPECT_THAT(refusal([&] { file.has_group("soft"); }), HasSubstr("soft link"));
    EXPECT_THAT(refusal([&] { file.read("external"); }), HasSubstr("external files"));
  }
  const auto linked = make([](hid_t file) {
    H5Lcreate_external("/etc/passwd", "/", file, "outside", H5P_DEFAULT, H5P_DEFAULT);
  });
  EXPECT_THAT(refusal([&] { Hdf5File(linked, {}).read("outside/x"); }), HasSubstr("link"));
  const auto other = make(
      [&](hid_t file) {
        const hsize_t size = 8;
        const hid_t space = H5Screate_simple(1, &size, nullptr);
        const hid_t properties = H5Pcreate(H5P_DATASET_CREATE);
        H5Pset_virtual(properties, space, "b.h5", "x", space);
        H5Dclose(dataset(file, "virtual", H5T_STD_U8LE, {8}, properties));
        H5Pclose(properties);
        H5Sclose(space);
      },
      true);
  EXPECT_THAT(refusal([&] { Hdf5File(other, {}).read("virtual"); }), HasSubstr("virtual"));
}

TEST_F(Hdf5FileTest, RefusesGroupsThatHoldThemselvesOnlyByNotWalkingThem) {
  const auto path = make([](hid_t file) {
    const hid_t group = H5Gcreate2(file, "layers", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    H5Lcreate_hard(file, "layers", group, "layers", H5P_DEFAULT, H5P_DEFAULT);
    H5Gclose(group);
  });
  const Hdf5File file(path, {});
  EXPECT_TRUE(file.has_group("layers/layers/layers"));
  EXPECT_THAT(file.members("layers"), ElementsAre("layers"));
}

TEST_F(Hdf5FileTest, RefusesBombs) {
  const auto path = make([&](hid_t file) {
    const hid_t properties = H5Pcreate(H5P_DATASET_CREATE);
    const hsize_t chunk = 1 << 20;
    H5Pset_chunk(properties, 1, &chunk);
    H5Pset_deflate(properties, 9);
    H5Dclose(dataset(file, "huge", H5T_IEEE_F32LE, {hsize_t{1} << 40}, properties));
    H5Dclose(dataset(file, "large", H5T_IEEE_F32LE, {hsize_t{100} << 20}, properties));
    H5Pclose(properties);
    const hid_t tiny = H5Pcreate(H5P_DATASET_CREATE);
    const hsize_t one = 1;
    H5Pset_chunk(tiny, 1, &one);
    H5Dclose(dataset(file, "crumbs", H5T_IEEE_F32LE, {hsize_t{10} << 20}, tiny));
    H5Pclose(tiny);
    H5Dclose(dataset(file, "unwritten", H5T_IEEE_F32LE, {10}));
  });
  const Hdf5File file(path, {});
  EXPECT_THAT(refusal([&] { file.read("huge"); }), HasSubstr("memory limit"));
  EXPECT_NE(refusal([&] { file.read("large"); }), "");
  EXPECT_THAT(refusal([&] { file.read("crumbs"); }), HasSubstr("chunks"));
  EXPECT_THAT(refusal([&] { file.read("unwritten"); }), HasSubstr("stores none"));
}

TEST_F(Hdf5FileTest, RefusesWhatIsNotNumbers) {
  const auto path = make([&](hid_t file) {
    const hid_t text = H5Tcopy(H5T_C_S1);
    H5Tset_size(text, H5T_VARIABLE);
    H5Dclose(dataset(file, "text", text, {2}));
    const hid_t record = H5Tcreate(H5T_COMPOUND, 8);
    H5Tinsert(record, "a", 0, H5T_NATIVE_FLOAT);
    H5Dclose(dataset(file, "record", record, {2}));
    H5Tclose(text);
    H5Tclose(record);
  });
  const Hdf5File file(path, {});
  EXPECT_THAT(refusal([&] { file.read("text"); }), HasSubstr("numbers"));
  EXPECT_THAT(refusal([&] { file.read("record"); }), HasSubstr("numbers"));
}

// Changes a dataset 1 byte at a time: whatever happens, no answer but values or an Error.
TEST_F(Hdf5FileTest, SurvivesEveryChangedByteOfASmallFile) {
  Hdf5Writer writer;
  const float values[] = {1.0F, 2.0F};
  writer.write("layers/dense/vars/0", ConstTensorView(values, {2}));
  writer.write_text("layers/dense/vars", "name", "dense");
  const std::string image(writer.finish().text());
  int refused = 0;
  for (std::size_t at = 0; at < image.size(); ++at) {
    if (at > 96 && image[at] == 0 && image[at - 1] == 0 && at % 16 != 0)
      continue;  // the insides of empty space
    for (const char flip : {'\x01', '\x80', '\xff'}) {
      std::string changed = image;
      changed[at] = static_cast<char>(changed[at] ^ flip);
      try {
        const Hdf5File file(test::as_bytes(changed), {1 << 20});
        for (const std::string& member : file.members("layers")) {
          file.text("layers/" + member + "/vars", "name");
          for (const std::string& name : file.members("layers/" + member + "/vars")) {
            file.read("layers/" + member + "/vars/" + name);
          }
        }
      } catch (const Error&) {
        ++refused;
      }
    }
  }
  EXPECT_GT(refused, 100);
}

TEST_F(Hdf5FileTest, RefusesEveryTruncation) {
  Hdf5Writer writer;
  const float values[] = {1.0F, 2.0F};
  writer.write("layers/dense/vars/0", ConstTensorView(values, {2}));
  const std::string image(writer.finish().text());
  for (std::size_t length = 0; length < image.size(); length += 7) {
    EXPECT_THROW(Hdf5File(test::as_bytes(image.substr(0, length)), {}), Error) << length;
  }
}

}  // namespace
}  // namespace halfpixel::formats
