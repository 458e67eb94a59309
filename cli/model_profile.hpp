// A compiled model for people and programs: what its passes did, and where a run's time goes.
#pragma once

#include <string>
#include <vector>

#include <halfpixel/tf_function.hpp>

namespace halfpixel::keras {
class Config;
}

namespace halfpixel::cli {

// Names belong to the inputs of the function.
std::string explain_text(const tf::ConcreteFunction& function,
                         const std::vector<std::string>& names);
std::string explain_json(const tf::ConcreteFunction& function,
                         const std::vector<std::string>& names);

// peak: tf::peak_gflops().
std::string profile_text(const std::vector<tf::StepProfile>& steps, double peak);
// Adds "steps", "steps_ms" and "peak_gflops".
void add_profile(keras::Config& object, const std::vector<tf::StepProfile>& steps, double peak);

}  // namespace halfpixel::cli
