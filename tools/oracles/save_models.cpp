// save_models CASES SAVED: loads the model of every folder in CASES that loads as it is and saves
// it as SAVED/NAME.keras, for reopen_saved.py.
#include <filesystem>
#include <iostream>

#include <halfpixel/error.hpp>
#include <halfpixel/keras/model.hpp>

int main(int argc, char** argv) {
  namespace fs = std::filesystem;
  if (argc != 3) {
    std::cerr << "usage: save_models CASES SAVED\n";
    return 2;
  }
  fs::create_directories(argv[2]);
  int saved = 0;
  for (const auto& folder : fs::directory_iterator(argv[1])) {
    for (const char* name : {"model.keras", "model.h5", "model"}) {
      if (!fs::exists(folder.path() / name)) continue;
      try {
        const auto model = halfpixel::keras::models::load_model(folder.path() / name);
        model.save(fs::path(argv[2]) / (folder.path().filename().string() + ".keras"));
        ++saved;
      } catch (const halfpixel::Error& error) {
        std::cout << error.what() << '\n';  // cases that are meant to be refused
      }
    }
  }
  std::cout << saved << " saved\n";
  return saved > 0 ? 0 : 1;
}
