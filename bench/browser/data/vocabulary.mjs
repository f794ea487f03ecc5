// SPDX-License-Identifier: MIT
// What a shop's shelves are full of. No word is a part of another, so that every way to search finds the same names.

const words = (text) => text.trim().split(/\s+/);

export const PLAIN_WORDS = words(`
  Golden Fresh Premium Organic Classic Royal Sunny Family Crispy Smooth Dark Roasted Spicy Sweet Bitter Creamy
  Instant Frozen Dried Whole Ground Sliced Pickled Smoked Baked Natural Original Double Extra Light Rich Tropical
  Mountain River Valley Harvest Market Kitchen Village Savanna Coastal Highland Sunrise Evening Morning Garden
  Coffee Maize Flour Rice Beans Lentils Sugar Butter Yoghurt Cheese Bread Biscuit Chocolate Vanilla Ginger Garlic
  Onion Tomato Ketchup Mustard Vinegar Honey Peanut Cashew Almond Raisin Banana Mango Papaya Pineapple Orange Lemon
  Guava Coconut Avocado Pepper Cinnamon Turmeric Cardamom Noodle Macaroni Spaghetti Sardine Tilapia Chicken Sausage
  Cornflakes Porridge Oatmeal Juice Soda Water Syrup Candle Matches Soap Detergent Bleach Shampoo Toothpaste Razor
  Battery Torch Notebook Pencil Envelope Umbrella Bucket Broom Sponge Towel Blanket Slipper Charcoal Kerosene
`);

/** Their letters are not all ASCII: about a tenth of the names holds one of them. */
export const ACCENTED_WORDS = words(`
  Crème Jalapeño Käsekuchen Açaí Żubrówka Piñata Müsli Gruyère Smørrebrød Pâté Café Brûlée Фундук 日本茶
`);

/** Each is in five names of all, however many there are. */
export const RARE_WORDS = words('Quillaja Zedoary Xanthan Mugwort');
export const RARE_WORD_COUNT = 5;

/** Typed by people every day. */
export const COMMON_WORDS = words('Coffee Golden Sugar Chicken Soap Fresh Orange Water');

export const CATEGORIES = words(`
  Beverages Bakery Dairy Meat Fish Poultry Fruit Vegetables Grains Pulses Spices Oils Sauces Snacks Sweets Cereals
  Canned Baby Pets Cleaning Laundry Paper Hygiene Cosmetics Hair Oral Medicine Stationery Toys Hardware Electrical
  Lighting Garden Clothing Shoes Bags Phones Airtime Gas Seasonal
`);

export const BRANDS = words(`
  Amani Baraka Chui Duma Embe Faru Gitambo Harambee Imara Jambo Kifaru Lulu Mlima Nyota Ocean Pamoja Rafiki Simba
  Tausi Upendo Vito Wema Zawadi
`);

export const UNITS = words('pcs kg l pack box doz');
export const TAGS = words('new promo local import bulk fragile cold vegan best last halal kids');
