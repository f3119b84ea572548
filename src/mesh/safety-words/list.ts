/**
 * 2,048 plain English words of our own choice, 3 to 8 letters: 11 bits each. Any two differ by more than one letter
 * typed, left out or added, and words that sound like another were left out, so that they can be read out over a bad
 * line. The order is part of what both sides compute: it never changes.
 */
export const safetyWordList: readonly string[] = `
abacus able about above absorb accent access acid acorn acre across action active actor adapt adjust admire
adult advance adverb afford afraid after again agenda agent agree ahead airport alarm albino album alert
algebra alive allow almanac almond almost alone alpha already also always amateur amazing amber amount
amulet amuse anagram anchor ancient angel angle animal annual answer antenna anthem antique anvil anyone
apart apology appear apple apricot april apron aqua arcade arch arctic area argue arise aroma around arrange
arrest arrive arrow article artist ashore aside asleep aspect aspen asphalt assist assume athlete atlas atom
atrium attach attend attic auburn august aurora author autumn avenue avocado avoid awake award away awesome
awkward axis azalea azure baby bacon badge bagel baker balance balcony ballet balloon balm balsam bamboo
banana bandage banjo banner barber bargain barley barn barrack barrel basic basket bassoon battery beagle
beard beaver become bedrock bedroom beehive before begin behind belfry believe belong below bench benefit
beret better beyond bicycle bigger bingo biology biplane birch bird biscuit bison black blade blanket blend
bless blink blizzard blossom blouse bluff boast bobbin bobcat body boiler bonfire bonnet bonus book booth
boring borrow bottle bottom bounce bouquet bowl boxer bracket brain branch brand brass brave breeze brewery
brick bridge brief brigade bright brim bristle broad brocade broken bronze broom brother brown brush bubble
bucket buckle buddy budget buffalo bugle bulb bulldog bumper bundle bunker bunny burden burst bushel busy
butcher butler button buyer buzzard cabaret cabbage cabin cactus caddie cage calcium calico caliper calorie
camel camera camp campus canal canary candid candle candy canine canoe canopy canteen canyon caper capital
capsule captain carafe caramel caravan carbon cardigan career careful cargo carpet carry cart carve cascade
cashew castle casual catch caution cavern caviar celery cello cement census century ceramic certain chair
chalet chalk chamber champion change channel chant chapter chariot charm chase cheap check cheer cheese
cheetah chef chemist cherry chess chestnut chicken child chimney china chisel chive choice chorus chrome
chunk cider cinema cipher circle circus citizen citrus city civil claim clap clarify classic clean cleaver
clerk client cliff climate climb clinic clock close cloth cloud clover clown club cluster coach cobalt
cobbler cocoa coconut cocoon code coffee coin cola collage collar collect collie colony column comb comedy
comet comfort comic comma common compass compost concert condor conduct confetti confirm connect consul
contest control convoy cookie cool copilot copper copy cordial cork corner correct cosmos cottage cotton
cougar country couple courage cousin cowboy coyote crab cradle craft crane crater crawl crayon cream create
credit crest crew cricket crimson crisp critic crocus crop crouch crowd crucial cruiser crumb crunch crystal
cube cuckoo cucumber culture cupboard cupcake curator curious cushion custard custom cycle cyclone dahlia
dairy damage dance daring dash daughter dawn daylight deal debate decade decimal deck declare deep defend
define degree delay deliver delta deluge demand denim dense dentist depart deposit depth deputy derive
deserve design dessert detail detect devote diagram dialect diamond diary diesel diet differ digital dignity
dinner dinosaur diploma dipper direct disc discuss dismiss display distant ditch diver divide dizzy doctor
dodge dolphin domain domino donate donkey donor dormant dose double dozen dragon drama draw dress drift
drill drink drizzle drum drummer ducat duchess dune duplex durable dusk duty dynamic dynasty eager early
earring earth easel easily east echo eclipse ecology edge edit editor educate effort eight either elastic
elbow elder electric elegant element elephant eleven elite elk else embark embassy emblem embrace emerald
emotion emperor employ empower empty emu enable endless endorse energy engage engine enhance enigma enjoy
enough enrich ensign enter entire entry enzyme epic episode epoch equal equator equip ermine escape essay
estate eternal evening event every evidence exact example excel excess exchange excite exclude excuse
exhibit exist exotic expand expect explain explore express extend extra eyebrow fabric factory faculty fade
faith falcon fall family famous fancy fantasy farmer fashion fasten father faucet feature federal feed
fellow fence fennel fern ferret ferry festival fetch fiction fiddle field fierce fifteen fifty fig figment
figure filling filter final finch finger finish firefly firm fiscal fish fitness five fixture fjord flag
flagon flame flamingo flannel flash fleece fleet flicker flight flint flip float floor flora florist fluffy
fluid flute foam focus foggy foil folder foliage folio fondue food force forest forget formal fortune forum
fossil foster found fountain fox fragile freckle freezer freight frequent fresco fresh friday friend frigate
fringe fritter frog frolic front frozen fruit fudge fuel fulcrum furnace furrow future gadget galaxy galleon
gallery gallop game gamma garage garden garland garlic garment garnet gauge gazelle gazette gecko gelatin
general genius gentle genuine gesture geyser giant gibbon gift giggle gimmick giraffe gizmo glacier glad
glance glass gleam glide glimpse glitter globe gloomy glory glow glue gnome goalie goat goblet golden golf
gondola goose gopher gossip gourmet gown grace grammar granite granola graph gravel gravity gravy grebe
green grid griffin grocery grotto group grove grumpy guard guava guess guitar gull gusto gym habit hackney
haddock half halibut hallway hammer hammock hamster hand handbag happy harmony harness harp harvest hatchet
haven hawk hazel health heat heather heavy hedgehog helmet help hemlock herald herb heron herring hexagon
hickory hidden high highway hiking hill hinge hint hippo history hobby hockey hoist hold holiday hollow home
honey horizon horn hornet hospital hotel house hover huge human humble hummus hundred hungry hurry husband
hybrid ibis iceberg icing icon idea identify igloo ignore iguana image imagine imitate immune impact import
impose imprint improve impulse incense include income index indigo indoor inform inherit initial inject
inlet input inquiry inside inspire install intact interest interval into invent inventor invite invoice
ironing island isolate issue item ivory ivy jackal jacket jackpot jaguar january jargon jasmine javelin jazz
jelly jersey jester jetty jewel jigsaw jingle joke journal journey joyful jubilee judo juggle juice july
jumbo jump junior juniper juror just justice kale kangaroo karate kayak keen keeper kestrel ketchup kettle
keyboard khaki kick kidney kilogram kind kindle kindred kinetic kingdom kiosk kitchen kite kitten kiwi knee
knife knock knoll koala kumquat label lace lacquer ladder ladle lady lagoon lamb language lantern laptop
large lark laser lasso latin latitude lattice laugh laundry laurel lava lavender lawyer leader leaf league
learn leave lecture legal legend lemon lemur length lens lentil leopard lettuce level liberty library lichen
lifeboat lilac lily lime limit linen linnet lion liquid list little lively lizard llama lobster local locker
locust loft logbook logic long loom lotion lotto lotus lounge lucky luggage lumber lunar lunch lupin luxury
lyrics macaw machine mackerel magenta magic magnet magnolia magpie mahogany major mallard mammoth manage
mandate mango mansion manual maple marathon marble margin marigold marina marker marmot maroon marquee marsh
mascot mask master matrix mattress maximum meadow mean measure media medium melody melon member memory
mention mentor menu mercury merge merit mermaid mesh message meteor method metro mica midday midnight
migrate mild millet million mimic mineral minimum mink minnow minstrel miracle mirror misty mobile mocha
model modern modest module molar moment monarch monday mongoose monitor monsoon month moon moral morsel
mortar mosaic mosquito moss mother motor movie muffin mulberry mule museum mushroom music muslin mustang
mutual muzzle myself mystery myth nacho napkin narwhal nation native nature navy near nearby nebula nectar
needle neon nephew nerve nest network neutral never newborn nibble nickel nine noble noise nomad nominee
noodle north notable notebook nothing notice nougat novel nozzle nugget nurse nutmeg nylon oak oasis oatcake
oatmeal obelisk oblige oboe obscure observe obtain obvious occur ocean ocelot octave october octopus odd
offer office often olympic omega omit onion online only onward onyx opal open opera opinion opossum optic
option oracle orange orbit orca orchard orchid order oregano organ orient osmium osprey ostrich otter
outdoor outfit outpost output outside owner oxygen oyster ozone pacific package paddle padlock pagoda paint
paisley palace pancake panda panel panic panther pantry papaya paprika parade parasol parcel pardon parent
parka parlor parrot parsnip partner party pasta pastel pasture path patio patrol pattern pavement pavilion
payment peach peacock peanut pebble pecan peddler pelican pencil pendant penguin penny people pepper percent
perfect period permit person pewter pheasant phoenix phone photo physics pianist piano pickle picnic picture
pigeon pike pillow pilot pinball pioneer pirate pixel pizza plaid planet plank plasma plaster plate plateau
play plaza please pledge plenty plunge plywood pocket podium poem police polka pollen polo poncho pond
popcorn poplar poppy porch porridge portal portion postcard postman potato pottery powder prairie praise
prawn predict prefer prepare pretzel prevent price primary primrose printer prior prism private problem
process produce program promise proof prosper protect proton proud provide prowl prune public pudding pulley
pulse puma pumpkin pupil puppet pure purple purpose push pyramid python quail quaint quality quantum quarrel
quarry quarter quasar queen query quest question quick quiet quill quinoa quiver quiz quote raccoon radar
radiant radio radish ragtime raisin rally rampart random rapid rare rattle ravine ready reason rebel rebound
rebuild recall receive recipe record recycle reduce reflect reform regatta regret regular reject relax
release relic relief relish rely remain remedy remember remind remote render renew rental repair repeat
replace report reptile request rescue resist result retire retreat return reunion reveal reward rhino
rhubarb rhythm rich ride rigid ripple risotto rival riviera roadway robin robot robust rodent rodeo roller
romance rooster rope rosette rotate rowboat royal rubber ruby rucksack rudder ruler runner runway rural
rustic saber safari safe saffron saga sailor salad salmon salsa salt salute samba sample sandal sandwich
sapphire sardine satchel satisfy saucer sausage savanna sawdust scale scallop scan scarf scatter scenic
scheme scholar school science scissors scone scooter scorpion scout scrap screen scribe script scroll scrub
seagull search second secret section segment select senate senior sequel sequoia series serious serpent
service sesame setup seven seventy shack shadow shallow shampoo shamrock shanty shape shawl shed sheep shelf
sherbet sheriff shield shift shine shingle ship shiver short shoulder shove shower shrimp shrug shuffle
shutter shuttle sibling sierra signal silent silk silver similar siren sister situate six skate sketch skill
skin skipper skirt skylark slab sleeve slender slice slogan slope small smart smile smock smoke smooth snail
snake snap sneeze snorkel snow snowman snug soccer social soda soldier solid solve someone sonar sonata
sorbet soup south soybean spaniel spanner spare sparrow speak special speed spell sphere spinach spindle
spiral spirit splash splendid sponge spool spot spray spread spring sprinkle sprout spruce square squash
squid squirrel stable stadium staff stage stamp stand stanza star station statue steady steam stencil stereo
steward stick sting stomach store strategy straw street strike strong strudel student studio study subject
submit subway success sudden suede sugar suggest suit summer sundial sunrise sunset super supply support
supreme surface surfer surprise survey sushi sustain swarm swim swivel symptom syntax syrup system tackle
tactic tadpole talent talk talon tandem tape tapestry tardy target tartan tassel taste tattoo taxi teacher
teapot tell tempest tempo tenant tendril tennis tent term termite terrace terrain terrier textile thank
thatch theme theorem theory thermal thicket thimble thing thirteen thirty thistle thought thousand thread
three thrive throat throw thumb thunder tiara tidal tiger tile timber timpani tinsel tiny tired today
toddler toga together token tomato tomorrow tone tongue tonight topaz topic topple topsoil tornado tortoise
total toucan touch tour towel track tractor trade traffic trail trapeze tray treasure treat trek trellis
tremor trend trestle trial triangle tribe trifle trinket trio trolley trombone trophy trout true truffle
trumpet trust truth tubular tuesday tugboat tulip tuna tundra tunnel turbine turkey turnip turret turtle
tuxedo tweed twelve twenty twice twig twilight twinkle twist typhoon typical ukulele ultra umbrella umpire
uncle under unfold unicorn uniform unique unison unit universe unknown unlock until unusual unveil upbeat
update upgrade uphold upon upper upright upset upstairs urban urchin urge useful usual utensil utility
vacant vacuum vague valid valley valve vanilla vanish vanity various vase vault vector velcro velvet vendor
veneer venture veranda verify verse version vertex vessel veteran vibrant victory video view villa village
vinegar vintage vinyl violet violin virtual visa visit visual vital vitamin vivid voice volcano volume vote
voucher voyage wafer waffle wagon waiter walnut walrus waltz want warbler warrior wasp wax wedding weekend
welcome wharf when whisk whisper white wicker widget width wigwam wing winter wire wisdom woman wombat
wonder woodland word workshop worry wrist xenon yacht yam yard young yoyo zebra zenith zephyr zero zigzag
zinc zircon zodiac zoo
`
  .trim()
  .split(/\s+/);
