# fish completion for halfpixel

# The names that an option takes, as --help tells them: "a (default), b or c".
function __halfpixel_names
    halfpixel $argv[1] --help 2>/dev/null | sed -n "s/ (default)//; s/,//g; s/ or / /; s/^ *$argv[2] NAME *\([a-z0-9_ ]*\).*/\1/p" | string split ' '
end

set -l commands upsample resize run inspect bench info
complete -c halfpixel -n "not __fish_seen_subcommand_from $commands" -f
complete -c halfpixel -n "not __fish_seen_subcommand_from $commands" -l version -d "Print the version"
complete -c halfpixel -n "not __fish_seen_subcommand_from $commands" -a upsample -d "Enlarge by whole factors"
complete -c halfpixel -n "not __fish_seen_subcommand_from $commands" -a resize -d "Resize to a height and width"
complete -c halfpixel -n "not __fish_seen_subcommand_from $commands" -a run -d "Run a Keras model"
complete -c halfpixel -n "not __fish_seen_subcommand_from $commands" -a inspect -d "What is in a Keras model"
complete -c halfpixel -n "not __fish_seen_subcommand_from $commands" -a bench -d "How fast this machine is"
complete -c halfpixel -n "not __fish_seen_subcommand_from $commands" -a info -d "Version, instruction sets, threads, components"
complete -c halfpixel -s h -l help -d "Help with examples"
complete -c halfpixel -n "__fish_seen_subcommand_from $commands" -l threads -x -d "How many threads work"
complete -c halfpixel -n "__fish_seen_subcommand_from $commands" -l quiet -d "No progress on the terminal"

complete -c halfpixel -n "__fish_seen_subcommand_from upsample resize run" -l page -x -a "all" -d "Page or frame, from 0"
complete -c halfpixel -n "__fish_seen_subcommand_from upsample resize run" -l straight-alpha -d "Alpha weighs no colours"
complete -c halfpixel -n "__fish_seen_subcommand_from upsample resize run" -l no-orientation -d "Pictures as they are stored"
complete -c halfpixel -n "__fish_seen_subcommand_from upsample resize" -s o -l output -r -F -d "Folder, pattern or file for the results"
complete -c halfpixel -n "__fish_seen_subcommand_from upsample resize run" -l format -x -a "npy jpg jpeg png webp tif tiff gif avif heic heif jxl" -d "Format of OUT"
complete -c halfpixel -n "__fish_seen_subcommand_from upsample resize run" -l skip-existing -d "Leave alone what has its OUT already"
complete -c halfpixel -n "__fish_seen_subcommand_from upsample resize run" -l no-clobber -d "Refuse to write over an OUT that exists"
complete -c halfpixel -n "__fish_seen_subcommand_from upsample resize" -l explain -d "What is done and how"
complete -c halfpixel -n "__fish_seen_subcommand_from upsample" -l size -x -d "Copies of each row, column …"
complete -c halfpixel -n "__fish_seen_subcommand_from upsample" -l interpolation -x -a "(__halfpixel_names upsample --interpolation)"
complete -c halfpixel -n "__fish_seen_subcommand_from upsample" -l data-format -x -a "(__halfpixel_names upsample --data-format)"

complete -c halfpixel -n "__fish_seen_subcommand_from resize" -l size -x -d "Height and width of the result"
complete -c halfpixel -n "__fish_seen_subcommand_from resize" -l method -x -a "(__halfpixel_names resize --method)"
complete -c halfpixel -n "__fish_seen_subcommand_from resize" -l antialias -d "Widen the filter when shrinking"
complete -c halfpixel -n "__fish_seen_subcommand_from resize" -l preserve-aspect-ratio -d "The largest size that fits"
complete -c halfpixel -n "__fish_seen_subcommand_from resize" -l dialect -x -a "(__halfpixel_names resize --dialect)"
complete -c halfpixel -n "__fish_seen_subcommand_from resize" -l align-corners -d "tf1: centres of the corner pixels coincide"
complete -c halfpixel -n "__fish_seen_subcommand_from resize" -l half-pixel-centers -d "tf1: half-pixel centres"

complete -c halfpixel -n "__fish_seen_subcommand_from run" -l input -x -d "NAME=IN, one of several inputs"
complete -c halfpixel -n "__fish_seen_subcommand_from run" -s o -l output -x -d "NAME=OUT, or a folder or pattern"
complete -c halfpixel -n "__fish_seen_subcommand_from run" -l precision -x -a "(__halfpixel_names run --precision)"
complete -c halfpixel -n "__fish_seen_subcommand_from run" -l without-pass -x -d "Leave out a pass of the compiler"
complete -c halfpixel -n "__fish_seen_subcommand_from run" -l repeat -x -d "Run N times and print times and memory"
complete -c halfpixel -n "__fish_seen_subcommand_from run" -l json -d "With --repeat or --profile: one JSON object"
complete -c halfpixel -n "__fish_seen_subcommand_from run" -l profile -d "Time and multiply-adds of each step"
complete -c halfpixel -n "__fish_seen_subcommand_from inspect" -l json -d "One JSON object"
complete -c halfpixel -n "__fish_seen_subcommand_from inspect" -l dot -d "The graph for Graphviz"
complete -c halfpixel -n "__fish_seen_subcommand_from inspect" -l svg -d "The graph as a picture"
complete -c halfpixel -n "__fish_seen_subcommand_from inspect" -l explain -d "What the compiler made of it"
complete -c halfpixel -n "__fish_seen_subcommand_from inspect" -l shape -x -d "With --explain: the shape of an input"
complete -c halfpixel -n "__fish_seen_subcommand_from run inspect" -l bind -x -d "What a Lambda or custom layer does: NAME=OPERATION"
complete -c halfpixel -n "__fish_seen_subcommand_from run inspect" -l dialect -x -a "keras tf1" -d "Whose numbers"
complete -c halfpixel -n "__fish_seen_subcommand_from run inspect" -l max-memory -x -d "MiB that MODEL may ask for"

complete -c halfpixel -n "__fish_seen_subcommand_from bench" -f -a "(halfpixel bench --list 2>/dev/null | string split -f 1 ' ')"
complete -c halfpixel -n "__fish_seen_subcommand_from bench" -l repetitions -x -d "How often each is timed"
complete -c halfpixel -n "__fish_seen_subcommand_from bench" -l json -r -F -d "Write machine, results and curves"
complete -c halfpixel -n "__fish_seen_subcommand_from bench" -l growth -d "Cost as rows, channels, factor and threads grow"
complete -c halfpixel -n "__fish_seen_subcommand_from bench" -l list -d "Print the workloads"

complete -c halfpixel -n "__fish_seen_subcommand_from info" -l json -d "One JSON object"
