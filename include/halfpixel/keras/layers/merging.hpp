// Component halfpixel::model.
#pragma once

#include <halfpixel/keras/tensor.hpp>
