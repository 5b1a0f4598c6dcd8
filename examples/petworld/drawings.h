// How objects and pets look in a picture.
// SPDX-License-Identifier: MIT
#pragma once

#include "svg.h"

#include <string>

namespace petworld {

// Of about `size` pixels, its middle at (x, y); kinds that nobody drew are diamonds.
void draw_object(Svg& svg, const std::string& kind, double x, double y, double size);
// A head in the colour of its mood; ears or a beak tell the species apart.
void draw_pet(
    Svg& svg, size_t type, double mood, double x, double y, double radius, bool withdrawn
);

}  // namespace petworld
