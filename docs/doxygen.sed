# Turns the headers' plain comments into Doxygen's: a line that is a comment becomes ///, a comment behind
# code becomes ///<. The comment on a file's first line is about the file.
1s|^// (.*)$|/// \\file\n/// \1|
s|^([ ]*)// ?NOLINT.*$||
s|// NOLINT.*$||
s|^// (.*)$|/// \1|
s|^([ ]+)// (.*)$|\1/// \2|
s|^([^/]*[;,{}0-9a-z_)]) +// (.*)$|\1  ///< \2|
